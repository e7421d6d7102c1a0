"""Transfer packages: BagIt 1.0 bags in stored ZIPs, written in one pass and verified in place.

`contents` says what goes in, `writer.write_part` writes one part of a batch, `verifier.verify` proves a part, a bag's
folder or a whole batch, `described` holds it against its own metadata. No models and no database: callers hand over
plain values and paths.
"""
