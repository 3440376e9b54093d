"""The shipped kinds of project. A weight says how often a project of that kind fails for want of the criterion; each gives its reason."""

from frameworth import Profile, Weight, hookimpl


@hookimpl
def frameworth_profiles():
    """Balanced, learning, small site, microservice, enterprise, career and freelance."""
    yield Profile(
        "balanced",
        summary="No particular project in mind: every criterion counts the same.",
        weights={
            name: Weight(1, "no criterion is preferred")
            for name in ("ease_of_use", "popularity", "community", "jobs", "performance", "large_applications", "cloud_native")
        },
    )
    yield Profile(
        "learning",
        summary="A first web application, to understand how the web works.",
        weights={
            "ease_of_use": Weight(5, "what is not understood in the first week is given up"),
            "community": Weight(2, "a learner lives on tutorials and answered questions"),
            "popularity": Weight(1, "others to learn with"),
            "jobs": Weight(1, "most learn in order to work with it some day"),
            "performance": Weight(0.5, "a first application has one user"),
            "cloud_native": Weight(0.5, "modern habits are worth meeting early, but nothing is deployed at scale"),
        },
    )
    yield Profile(
        "small_site",
        summary="A site of a few pages with a form or two, built by one or two people and left alone for long.",
        weights={
            "ease_of_use": Weight(4, "there is no team to share the effort, and every return to the code starts anew"),
            "community": Weight(2, "problems are solved by finding that somebody had them"),
            "popularity": Weight(1, "a successor can be found who knows it"),
            "cloud_native": Weight(1, "it runs on the smallest host there is"),
            "performance": Weight(1, "a small host has to serve the occasional rush"),
            "large_applications": Weight(0.5, "sites grow, though seldom far"),
        },
    )
    yield Profile(
        "microservice",
        summary="A small service with an API, one of many, deployed often and scaled by copies.",
        weights={
            "cloud_native": Weight(4, "size, start and an API description are paid on every deployment and every copy"),
            "performance": Weight(3, "each copy is billed by the work it gets done"),
            "ease_of_use": Weight(2, "a service of a few hundred lines is rewritten rather than maintained, by whoever is there"),
            "popularity": Weight(1, "the next service is written with what people know and follow"),
            "community": Weight(1, "what a small framework leaves out comes from its surroundings"),
            "jobs": Weight(0.5, "a small code base can be taught; the market matters least"),
        },
    )
    yield Profile(
        "enterprise",
        summary="A large application with many features and many authors, to be kept for a decade.",
        weights={
            "large_applications": Weight(4, "accounts, administration, data and translation are needed anyway and must fit together"),
            "community": Weight(3, "it has to be maintained, documented and answered for as long as the application lives"),
            "jobs": Weight(2, "authors leave and must be replaced from the market"),
            "popularity": Weight(1, "what is widely used is widely tested"),
            "performance": Weight(1, "many users, though hardware is cheaper than authors"),
            "ease_of_use": Weight(1, "new authors have to find their way in"),
            "cloud_native": Weight(1, "it is deployed like everything else"),
        },
    )
    yield Profile(
        "career",
        summary="A developer who wants to be hired for what they know.",
        weights={
            "jobs": Weight(6, "it is the question itself"),
            "popularity": Weight(2, "what is used and rising today is asked for tomorrow"),
            "large_applications": Weight(1, "employers of many run big applications"),
            "community": Weight(1, "a name in a community is a reference"),
            "cloud_native": Weight(1, "new positions tend to be for services of this kind"),
            "ease_of_use": Weight(0.5, "time to competence delays the first application, no more"),
            "performance": Weight(0.5, "interviews ask about it, employers seldom choose by it"),
        },
    )
    yield Profile(
        "freelance",
        summary="One independent developer, many small customers, sites and small services delivered quickly.",
        weights={
            "ease_of_use": Weight(4, "a fixed price pays for the days it takes, and for nobody's meetings"),
            "community": Weight(2, "there is no colleague to ask"),
            "cloud_native": Weight(1.5, "each customer's host is another, mostly small one"),
            "popularity": Weight(1, "customers ask for names they have heard"),
            "performance": Weight(1, "small hosts have little to spare"),
            "large_applications": Weight(1, "what is built in need not be billed"),
            "jobs": Weight(1, "orders come where the market is"),
        },
    )
