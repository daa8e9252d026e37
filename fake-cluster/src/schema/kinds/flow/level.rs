//! How many requests of a level are served at once. Knows no schemas.

use serde_json::Value;

use crate::schema::place::Place;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;

pub(super) fn check(object: &Value, _: Option<&Value>, causes: &mut Vec<Cause>) {
    let (spec, at) = (object.get_or_null("spec"), Place::new("spec"));
    let kind = spec.text("type");
    if (object.get_or_null("metadata").text("name") == "exempt") != (kind == "Exempt") {
        causes.invalid(&at.child("type"), kind, "must be 'Exempt' if and only if `name` is 'exempt'");
    }
    match kind {
        "Exempt" => {
            if spec.has("limited") {
                causes.forbidden(&at.child("limited"), "must be nil if the type is not Limited");
            }
            if let Some(exempt) = spec.sub("exempt") {
                shares(exempt, &at.child("exempt"), causes);
            }
        }
        "Limited" => {
            if spec.has("exempt") {
                causes.forbidden(&at.child("exempt"), "must be nil if the type is Limited");
            }
            match spec.sub("limited") {
                None => causes.required(&at.child("limited"), "must not be empty when type is Limited"),
                Some(limited) => limit(limited, &at.child("limited"), causes),
            }
        }
        "" => causes.required(&at.child("type"), ""),
        other => causes.not_supported(&at.child("type"), other, &["Exempt", "Limited"]),
    }
}

fn number(holder: &Value, field: &str, at: &Place<'_>, fits: impl Fn(i64) -> bool, why: &str, causes: &mut Vec<Cause>) {
    if let Some(number) = holder.number(field).filter(|number| !fits(*number)) {
        causes.invalid(&at.child(field), number, why);
    }
}

fn shares(holder: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    number(holder, "nominalConcurrencyShares", at, |n| n >= 0, "must be a non-negative integer", causes);
    let why = "must be between 0 and 100, inclusive";
    number(holder, "lendablePercent", at, |n| (0..=100).contains(&n), why, causes);
}

fn limit(limited: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    number(limited, "nominalConcurrencyShares", at, |n| n >= 0, "must be a non-negative integer", causes);
    let (response, response_at) = (limited.get_or_null("limitResponse"), at.child("limitResponse"));
    let queuing_at = response_at.child("queuing");
    match (response.text("type"), response.sub("queuing")) {
        ("Reject", Some(_)) => {
            causes.forbidden(&queuing_at, "must be nil if limited.limitResponse.type is not Limited");
        }
        ("Reject", None) => {}
        ("Queue", None) => {
            causes.required(&queuing_at, "must not be empty if limited.limitResponse.type is Limited");
        }
        ("Queue", Some(wanted)) => queuing(wanted, &queuing_at, causes),
        ("", _) => causes.required(&response_at.child("type"), ""),
        (other, _) => causes.not_supported(&response_at.child("type"), other, &["Queue", "Reject"]),
    }
    let why = "must be between 0 and 100, inclusive";
    number(limited, "lendablePercent", at, |n| (0..=100).contains(&n), why, causes);
    let why = "if specified, must be a non-negative integer";
    number(limited, "borrowingLimitPercent", at, |n| n >= 0, why, causes);
}

fn queuing(queuing: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    const MOST_QUEUES: i64 = 10_000_000;
    const HASH_BITS: u32 = 60;
    let positive = "must be positive";
    number(queuing, "queueLengthLimit", at, |n| n > 0, positive, causes);
    let (queues, hand) = (queuing.int("queues"), queuing.int("handSize"));
    if queues <= 0 {
        causes.invalid(&at.child("queues"), queues, positive);
    } else if queues > MOST_QUEUES {
        causes.invalid(&at.child("queues"), queues, &format!("must not be greater than {MOST_QUEUES}"));
    }
    let hand_at = at.child("handSize");
    if hand <= 0 {
        causes.invalid(&hand_at, hand, positive);
    } else if hand > queues {
        causes.invalid(&hand_at, hand, &format!("should not be greater than queues ({queues})"));
    } else if entropy(queues, hand) > HASH_BITS {
        let why = format!(
            "required entropy bits of deckSize {queues} and handSize {hand} should not be greater than {HASH_BITS}"
        );
        causes.invalid(&hand_at, hand, &why);
    }
}

/// How many bits it takes to deal a hand.
fn entropy(queues: i64, hand: i64) -> u32 {
    #[expect(clippy::cast_precision_loss, reason = "as the real server computes it")]
    let bits = (0..hand.min(100)).map(|dealt| ((queues - dealt) as f64).log2()).sum::<f64>().ceil();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive number")]
    let bits = bits as u32;
    bits
}
