"""`python -m kg_service` is the command `kg`."""

from kg_service.cli import main

if __name__ == "__main__":
    main()
