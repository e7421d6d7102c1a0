"""Paper beside the files: what is owed, boxes, stamps, spines, 备考表, stock checks, and records of paper alone."""
