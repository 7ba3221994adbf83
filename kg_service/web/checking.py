"""`kg validate` as a child of a service: it ends with the service, however that ends.

Run as `python -m kg_service.web.checking PARENT ARGUMENT…`, PARENT being the number of the service's process.
"""

from __future__ import annotations

import os
import sys

from kg_service.cli import main
from kg_service.evaluation.confinement import die_with_parent

if __name__ == "__main__":
    die_with_parent()
    if os.getppid() == int(sys.argv[1]):  # else it ended before it could be followed
        main(["validate", *sys.argv[2:]])
