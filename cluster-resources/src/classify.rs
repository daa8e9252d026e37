//! What a refusal of an API server means, told by its data. Plain functions.
