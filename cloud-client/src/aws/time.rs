//! The family's clock in the words of the SDK. Knows nothing of what it is used for.

use std::sync::Arc;
use std::time::SystemTime;

use aws_smithy_async::time::TimeSource;
use core_client::credentials::Clock;

/// A clock for the SDK.
#[derive(Debug, Clone)]
pub(super) struct SdkTime(pub(super) Arc<dyn Clock>);

impl TimeSource for SdkTime {
    fn now(&self) -> SystemTime {
        self.0.now().into()
    }
}
