//! Desired and current objects as they are gathered, from many tasks at once; knows nothing of how either is come by.
