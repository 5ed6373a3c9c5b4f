"""Settings of every test, inherited by the kernels that execute the notebooks."""

import os

# The book's networks are small: a second thread costs more than it computes.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
