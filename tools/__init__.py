"""What the project needs around the program: set-up, the maker of facts, the benchmark, the writers of documents."""
