//! Carrying a plan out; decides nothing that the plan has not decided.
