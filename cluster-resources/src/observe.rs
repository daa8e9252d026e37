//! Reading what is there: one paginated list a kind and place, bounded by cluster, and never silently short.
