//! Certificate authorities and leaves made at run time.
