"""The service around the library: HTTP, storage, the command line. `bootstrap` puts it together."""
