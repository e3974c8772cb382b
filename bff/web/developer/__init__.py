"""The developer pages' front end: `source/` is ours, `build.py` turns it into `dist/`."""
