//! Makes a diverging sequence shorter; knows nothing of what the operations do.

use super::{Operation, Random};
use crate::transcript::Difference;
use anyhow::Result;

/// How many further runs are worth it.
const RUNS: usize = 60;

/// Leaves out ever smaller pieces, as long as the rest still diverges.
pub(super) async fn shrink(
    random: &mut Random<'_>,
    mut operations: Vec<Operation>,
    mut differences: Vec<Difference>,
) -> Result<(Vec<Operation>, Vec<Difference>)> {
    let mut piece = operations.len().div_ceil(2).max(1);
    let mut runs = 0;
    loop {
        let mut from = 0;
        while from < operations.len() && operations.len() > 1 && runs < RUNS {
            let mut shorter = operations.clone();
            shorter.drain(from..(from + piece).min(shorter.len()));
            runs += 1;
            match random.first_difference(&shorter).await? {
                Some((at, found)) => {
                    shorter.truncate(at);
                    (operations, differences) = (shorter, found);
                }
                None => from += piece,
            }
        }
        if piece == 1 || runs >= RUNS {
            return Ok((operations, differences));
        }
        piece = piece.div_ceil(2);
    }
}
