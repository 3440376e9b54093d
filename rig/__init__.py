"""The rig: the same small application in every framework of the catalogue, served and checked on this machine.

`catalogue` says how each is served, `environments` installs it, `serving` runs it, `remote` is the server that it asks, and `conformance`
says whether it does what all must do before anything about it is measured. `cold` measures how it starts on AWS Lambda, packed with what
`distributions` says its requirements ask for. Nothing of this is part of the service or of its package.
"""
