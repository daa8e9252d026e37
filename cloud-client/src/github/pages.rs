//! Listings, item by item: the next page is fetched when it is wanted, where the answer says it is, and nowhere else.

use futures::stream::{self, Stream, TryStreamExt as _};
use http::HeaderMap;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::client::GithubClient;
use super::error::{GithubError, GithubErrorKind};
use super::link;
use super::route::route;

/// Somebody who belongs to an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Member {
    /// The name of the account.
    pub login: String,
    /// Its number, which stays when the name changes.
    pub id: u64,
}

struct Position {
    client: GithubClient,
    next: Option<String>,
    pages: usize,
}

// === impl GithubClient ===

impl GithubClient {
    /// All items of a listing, such as `/orgs/acme/repos?per_page=100`: a list of JSON values, page after page along `rel="next"`.
    ///
    /// A next page on another host ends it with [`GithubErrorKind::ForeignLink`], more pages than
    /// [`GithubOptions::max_pages`](super::GithubOptions::max_pages) with [`GithubErrorKind::TooManyPages`]: what came before was handed
    /// out then, and nothing is left out silently.
    pub fn pages<T: DeserializeOwned + Send + 'static>(
        &self,
        path: &str,
    ) -> impl Stream<Item = Result<T, GithubError>> + Send + use<T> {
        self.pages_of(path, "a listing", |items: Vec<T>| items)
    }

    /// The members of an organisation.
    pub fn members(&self, organisation: &str) -> impl Stream<Item = Result<Member, GithubError>> + Send + use<> {
        let first = route(&["orgs", organisation, "members"]);
        let (client, organisation) = (self.clone(), organisation.to_owned());
        stream::once(async move {
            let path = first.map_err(|_| client.fail(GithubErrorKind::Address { text: organisation }))?;
            Ok(client.pages::<Member>(&format!("{path}?per_page=100")))
        })
        .try_flatten()
    }

    /// All items of a listing whose pages are objects with a list inside.
    pub(super) fn pages_of<P, T, F>(
        &self,
        path: &str,
        operation: &'static str,
        items: F,
    ) -> impl Stream<Item = Result<T, GithubError>> + Send + use<P, T, F>
    where
        P: DeserializeOwned + Send + 'static,
        T: Send + 'static,
        F: Fn(P) -> Vec<T> + Send + Sync + Copy + 'static,
    {
        let start = Position { client: self.clone(), next: Some(path.to_owned()), pages: 0 };
        stream::try_unfold(start, move |mut position| async move {
            let Some(path) = position.next.take() else { return Ok(None) };
            let limit = position.client.max_pages();
            if position.pages >= limit {
                return Err(position.client.fail(GithubErrorKind::TooManyPages { limit }));
            }
            let (headers, page): (HeaderMap, P) = position.client.get(operation, &path).await?;
            position.pages += 1;
            // That it is of this instance was seen to before the answer came here.
            position.next = link::next(&headers).map(str::to_owned);
            let page = stream::iter(items(page).into_iter().map(Ok));
            Ok::<_, GithubError>(Some((page, position)))
        })
        .try_flatten()
    }
}
