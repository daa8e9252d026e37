//! How long a token may take, in paused time.

use std::collections::VecDeque;
use std::sync::Mutex;

use core_client::credentials::SystemClock;
use core_client::error::ServiceError;
use tokio::time::sleep;

use super::*;
use crate::secrets::{SecretRef, SecretStore};

/// A moment less than the longest that something may take.
const MOMENT: Duration = Duration::from_millis(1);

type Shown = Arc<Mutex<Vec<String>>>;

/// Takes as long as it may, and takes one refresh token only, for which there is another.
struct Slow {
    good: &'static str,
    shown: Shown,
}

#[async_trait]
impl Endpoint for Slow {
    async fn ask(&self, form: &[(&str, &str)], _: Option<HeaderValue>, _: RetryClass) -> Result<Answer, TokenError> {
        let refresh = form.iter().find(|(name, _)| *name == "refresh_token").unwrap().1.to_owned();
        self.shown.lock().unwrap().push(refresh.clone());
        sleep(LONGEST - MOMENT).await;
        if refresh != self.good {
            return Err(TokenError::Refused(ServiceError::new(StatusCode::BAD_REQUEST).into()));
        }
        let text = |text: &str| Some(SecretString::from(text.to_owned()));
        Ok(Answer { access_token: text("access"), refresh_token: text("next"), expires_in: Some(900.0) })
    }
}

/// Takes as long as it may; others keep these tokens in it, one before each look but the last, which stays.
struct Place {
    of: String,
    others: Mutex<VecDeque<&'static str>>,
    kept: Mutex<Option<String>>,
}

impl Place {
    fn new(configured: &str, others: &[&'static str]) -> Arc<Self> {
        let of = Sha256::digest(configured).iter().map(|byte| format!("{byte:02x}")).collect();
        Arc::new(Self { of, others: Mutex::new(others.iter().copied().collect()), kept: Mutex::default() })
    }
}

#[async_trait]
impl SecretStore for Place {
    async fn get(&self, reference: &SecretRef) -> Result<SecretData, SecretStoreError> {
        sleep(PATIENCE - MOMENT).await;
        let mut others = self.others.lock().unwrap();
        let kept = if others.len() > 1 { others.pop_front() } else { others.front().copied() };
        let kept = kept.ok_or_else(|| SecretStoreError::NotFound(reference.clone()))?;
        Ok(SecretData::new().with("refresh_token", kept.to_owned()).with("configured_sha256", self.of.clone()))
    }

    async fn put(&self, _: &SecretRef, data: SecretData) -> Result<(), SecretStoreError> {
        sleep(PATIENCE - MOMENT).await;
        *self.kept.lock().unwrap() = data.get("refresh_token").map(|token| token.expose_secret().to_owned());
        Ok(())
    }

    async fn delete(&self, _: &SecretRef) -> Result<(), SecretStoreError> {
        Ok(())
    }
}

/// A credential that takes as long to read as it may.
struct Configured(&'static str);

#[async_trait]
impl SecretStore for Configured {
    async fn get(&self, _: &SecretRef) -> Result<SecretData, SecretStoreError> {
        sleep(PATIENCE - MOMENT).await;
        Ok(SecretData::new().with("token", self.0.to_owned()))
    }

    async fn put(&self, reference: &SecretRef, _: SecretData) -> Result<(), SecretStoreError> {
        Err(SecretStoreError::NotFound(reference.clone()))
    }

    async fn delete(&self, reference: &SecretRef) -> Result<(), SecretStoreError> {
        Err(SecretStoreError::NotFound(reference.clone()))
    }
}

fn tokens(good: &'static str, place: &Arc<Place>) -> (OcmTokens, Shown) {
    let shown = Shown::default();
    let maker = Maker {
        endpoint: Box::new(Slow { good, shown: Arc::clone(&shown) }),
        vault: Vault::Stored(Arc::new(Configured("configured")), SecretRef::new("ocm")),
        refresh_client_id: "cloud-services".to_owned(),
        clock: Arc::new(SystemClock::default()),
        rotated: Rotations::new(Some((Arc::clone(place) as _, SecretRef::new("rotated")))),
    };
    (OcmTokens::over(maker), shown)
}

#[tokio::test(start_paused = true)]
async fn a_request_that_was_sent_is_not_cut_off_however_long_all_before_it_took() {
    let place = Place::new("configured", &["theirs", "also-theirs"]);
    let (tokens, shown) = tokens("configured", &place);
    let began = Instant::now();
    let bearer = tokens.bearer().await.unwrap();
    assert_eq!(bearer.token, Token::new("access".to_owned()));
    assert_eq!(*shown.lock().unwrap(), ["theirs", "also-theirs", "configured"]);
    assert_eq!(place.kept.lock().unwrap().as_deref(), Some("next"), "what came is kept");
    assert!(began.elapsed() > 3 * LONGEST, "{:?}", began.elapsed());
    tokens.close().await;
}

#[tokio::test(start_paused = true)]
async fn no_more_tokens_are_tried_than_there_is_time_for() {
    let place = Place::new("configured", &["one", "two", "three", "four", "five"]);
    let (tokens, shown) = tokens("none of them", &place);
    let error = tokens.bearer().await.unwrap_err();
    assert!(!error.is_transient(), "{error:?}");
    assert_eq!(*shown.lock().unwrap(), ["one", "two", "three"]);
    tokens.close().await;
}
