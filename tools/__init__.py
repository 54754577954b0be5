"""What builds, serves, checks and measures nnweb; run by run.py, from the checkout."""
