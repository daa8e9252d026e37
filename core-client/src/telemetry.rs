//! Names of attributes and the metric families.
