//! An OCM in the process: real HTTP on loopback, clusters that take their time, and faults on demand. Knows nothing of our client.
