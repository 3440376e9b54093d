"""HTTP: routes, request forms, problems, and scorecards as JSON. Chalice is imported here and in `bootstrap` only."""
