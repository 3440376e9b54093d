"""The shipped kinds of project. A weight says how often a project of that kind fails for want of the criterion; each gives its reason."""

from frameworth import Profile, Weight, hookimpl


@hookimpl
def frameworth_profiles():
    """Balanced, microservice, learning and career."""
    yield Profile(
        "balanced",
        summary="No particular project in mind: every criterion counts the same.",
        weights={
            "ease_of_use": Weight(1, "no criterion is preferred"),
            "jobs": Weight(1, "no criterion is preferred"),
            "performance": Weight(1, "no criterion is preferred"),
            "cloud_native": Weight(1, "no criterion is preferred"),
        },
    )
    yield Profile(
        "microservice",
        summary="A small service with an API, one of many, deployed often and scaled by copies.",
        weights={
            "cloud_native": Weight(4, "size, start and an API description are paid on every deployment and every copy"),
            "performance": Weight(3, "each copy is billed by the work it gets done"),
            "ease_of_use": Weight(2, "a service of a few hundred lines is rewritten rather than maintained, by whoever is there"),
            "jobs": Weight(1, "a small code base can be taught; the market matters least"),
        },
    )
    yield Profile(
        "learning",
        summary="A first web application, to understand how the web works.",
        weights={
            "ease_of_use": Weight(5, "what is not understood in the first week is given up"),
            "jobs": Weight(2, "most learn in order to work with it some day"),
            "cloud_native": Weight(1, "modern habits are worth meeting early, but nothing is deployed at scale"),
            "performance": Weight(1, "a first application has one user"),
        },
    )
    yield Profile(
        "career",
        summary="A developer who wants to be hired for what they know.",
        weights={
            "jobs": Weight(6, "it is the question itself"),
            "ease_of_use": Weight(1, "time to competence delays the first application, no more"),
            "performance": Weight(1, "interviews ask about it, employers seldom choose by it"),
            "cloud_native": Weight(1, "new positions tend to be for services of this kind"),
        },
    )
