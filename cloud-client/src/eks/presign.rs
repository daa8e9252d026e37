//! From credentials, a cluster's name and a time to a token. Pure.
//!
//! Source: `aws-iam-authenticator`, *API Authorization from Outside a Cluster* and `pkg/token/token.go`: `k8s-aws-v1.` and the URL of a signed
//! `GetCallerIdentity` in base64 for URLs without padding; the cluster's name in the signed header `x-k8s-aws-id`; good for 15 minutes from
//! its date, of which the last one is not relied on.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use core_client::http::Token;

use crate::aws::{AwsError, Partition};

/// For how long a token is good.
pub const TOKEN_LIFE: Duration = Duration::from_secs(14 * 60);

/// What is said in the URL; clusters go by its date.
const EXPIRES: Duration = Duration::from_secs(60);
const PREFIX: &str = "k8s-aws-v1.";
const CLUSTER_HEADER: &str = "x-k8s-aws-id";

/// Why there is no token for a cluster.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum EksError {
    /// No cluster is called so.
    #[error("{cluster:?} is no cluster's name: it has 1 to 253 letters, digits and any of _.:/-")]
    Cluster {
        /// What was given.
        cluster: String,
    },
    /// There is no session for the account.
    #[error("there is no session for cluster {cluster:?}")]
    Session {
        /// The cluster.
        cluster: String,
        /// Why.
        #[source]
        source: AwsError,
    },
    /// The question could not be signed.
    #[error("the token for cluster {cluster:?} cannot be signed: {reason}")]
    Signing {
        /// The cluster.
        cluster: String,
        /// Which step failed.
        reason: &'static str,
    },
}

/// Whether a cluster may be called so. Names go into a header.
pub(super) fn check_cluster(cluster: &str) -> Result<(), EksError> {
    let letters = cluster.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.:/-".contains(&byte));
    if letters && (1..=253).contains(&cluster.len()) {
        Ok(())
    } else {
        Err(EksError::Cluster { cluster: cluster.chars().take(253).collect() })
    }
}

/// The token for this cluster, signed at this time.
pub(super) fn token(
    credentials: &Credentials,
    partition: Partition,
    region: &str,
    cluster: &str,
    at: SystemTime,
) -> Result<Token, EksError> {
    let failed = |reason| EksError::Signing { cluster: cluster.to_owned(), reason };
    let mut settings = SigningSettings::default();
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(EXPIRES);
    let identity: Identity = credentials.clone().into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name("sts")
        .time(at)
        .settings(settings)
        .build()
        .map_err(|_| failed("the parameters are not complete"))?
        .into();
    let url = format!("https://sts.{region}.{}/?Action=GetCallerIdentity&Version=2011-06-15", partition.dns_suffix(),);
    let headers = [(CLUSTER_HEADER, cluster)];
    let request = SignableRequest::new("GET", url.as_str(), headers.into_iter(), SignableBody::Bytes(&[]))
        .map_err(|_| failed("the region makes no URL"))?;
    let (instructions, _signature) = sign(request, &params).map_err(|_| failed("the signature failed"))?.into_parts();
    let mut request = http::Request::get(url).body(()).map_err(|_| failed("the region makes no URL"))?;
    instructions.apply_to_request_http1x(&mut request);
    let encoded = URL_SAFE_NO_PAD.encode(request.uri().to_string());
    Ok(Token::new(format!("{PREFIX}{encoded}")))
}
