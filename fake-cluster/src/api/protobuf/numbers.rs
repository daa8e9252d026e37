//! The field numbers of built-in types: data that `tools/kube-schema/proto` printed.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What a number stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    /// A field, by its name in JSON.
    Field(&'static str),
    /// A type whose fields are those of the message in JSON.
    Embedded(&'static str),
}

/// By type, then by number; read once per process, when the first body comes.
pub(super) static NUMBERS: LazyLock<HashMap<&'static str, HashMap<u64, Slot>>> = LazyLock::new(|| {
    let lines = include_str!("numbers.txt").lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| {
            let mut words = line.split(' ');
            let name = words.next()?;
            let slots = words.filter_map(|word| {
                let (field, number) = word.rsplit_once('=')?;
                let slot = field.strip_prefix('*').map_or(Slot::Field(field), Slot::Embedded);
                Some((number.parse().ok()?, slot))
            });
            Some((name, slots.collect()))
        })
        .collect()
});
