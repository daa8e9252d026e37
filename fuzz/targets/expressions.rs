//! Expressions of readiness rules: the expression, a NUL byte, and the object that it is asked of.
#![no_main]

use cluster_resources::readiness::Expression;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (text, object) = text.split_once('\0').unwrap_or((text, "{}"));
    let expression = match text.parse::<Expression>() {
        Ok(expression) => expression,
        Err(error) => return drop(error.to_string()),
    };
    let again = expression.to_string().parse::<Expression>().expect("what is written is read");
    assert_eq!(again, expression);
    if let Ok(object) = serde_json::from_str::<Value>(object) {
        assert_eq!(expression.holds(&object), again.holds(&object));
    }
});
