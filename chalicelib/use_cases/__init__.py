"""What the service does, one verb a file. Use cases know the library and the store; HTTP and the command line call them."""
