//! Which provider a cluster belongs to: from the word in its record to the one that was registered under it. Reads nothing, waits for nothing.
//!
//! Source: `internal/kafka/internal/clusters/provider_factory.go` of kas-fleet-manager.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::cluster::ProviderType;
use crate::provider::Provider;

/// Gives out providers by their type.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait ProviderFactory: Send + Sync + 'static {
    /// The provider of this type; of the default one when the type is empty.
    ///
    /// # Errors
    /// When nobody registered one.
    fn get(&self, provider: &ProviderType) -> Result<Arc<dyn Provider>, UnknownProviderType>;

    /// What an empty type stands for.
    fn default_type(&self) -> ProviderType;

    /// All types, sorted.
    fn types(&self) -> Vec<ProviderType>;
}

/// A type under which no provider is registered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no provider of type {requested:?}; registered are {}", names(known))]
#[non_exhaustive]
pub struct UnknownProviderType {
    /// What was asked for.
    pub requested: String,
    /// What there is.
    pub known: Vec<ProviderType>,
}

/// A set of providers that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FactoryError {
    /// Two providers under one name.
    #[error("two providers are registered as {0}")]
    Duplicate(ProviderType),
    /// A provider without a name.
    #[error("a provider is registered without a type")]
    Unnamed,
    /// The default is none of those registered.
    #[error("the default provider is not among the registered ones")]
    NoDefault(#[source] UnknownProviderType),
}

/// Providers registered at start.
pub struct DefaultProviderFactory {
    providers: BTreeMap<ProviderType, Arc<dyn Provider>>,
    default: ProviderType,
}

/// Collects providers; see [`DefaultProviderFactory::builder`].
pub struct DefaultProviderFactoryBuilder {
    providers: Vec<Arc<dyn Provider>>,
    default: ProviderType,
}

// === impl UnknownProviderType ===

fn names(types: &[ProviderType]) -> String {
    if types.is_empty() {
        "none".to_owned()
    } else {
        types.iter().map(ProviderType::as_str).collect::<Vec<_>>().join(", ")
    }
}

// === impl DefaultProviderFactory ===

impl DefaultProviderFactory {
    /// Begins with no provider, and `ocm` as the default.
    #[must_use]
    pub fn builder() -> DefaultProviderFactoryBuilder {
        DefaultProviderFactoryBuilder { providers: Vec::new(), default: ProviderType::OCM }
    }

    fn unknown(&self, requested: &ProviderType) -> UnknownProviderType {
        UnknownProviderType { requested: requested.as_str().to_owned(), known: self.types() }
    }
}

impl ProviderFactory for DefaultProviderFactory {
    fn get(&self, provider: &ProviderType) -> Result<Arc<dyn Provider>, UnknownProviderType> {
        let wanted = if provider.is_empty() { &self.default } else { provider };
        self.providers.get(wanted).cloned().ok_or_else(|| self.unknown(wanted))
    }

    fn default_type(&self) -> ProviderType {
        self.default.clone()
    }

    fn types(&self) -> Vec<ProviderType> {
        self.providers.keys().cloned().collect()
    }
}

impl std::fmt::Debug for DefaultProviderFactory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DefaultProviderFactory").field("types", &self.types()).field("default", &self.default).finish()
    }
}

// === impl DefaultProviderFactoryBuilder ===

impl DefaultProviderFactoryBuilder {
    /// Registers a provider under its own type.
    #[must_use]
    pub fn register(mut self, provider: Arc<dyn Provider>) -> Self {
        self.providers.push(provider);
        self
    }

    /// What an empty type stands for.
    #[must_use]
    pub fn default_type(mut self, provider: ProviderType) -> Self {
        self.default = provider;
        self
    }

    /// The factory.
    ///
    /// # Errors
    /// When two providers have one type, one has none, or the default is missing.
    pub fn build(self) -> Result<DefaultProviderFactory, FactoryError> {
        let mut factory = DefaultProviderFactory { providers: BTreeMap::new(), default: self.default };
        for provider in self.providers {
            let name = provider.provider_type();
            if name.is_empty() {
                return Err(FactoryError::Unnamed);
            }
            if factory.providers.insert(name.clone(), provider).is_some() {
                return Err(FactoryError::Duplicate(name));
            }
        }
        if !factory.providers.contains_key(&factory.default) {
            return Err(FactoryError::NoDefault(factory.unknown(&factory.default)));
        }
        Ok(factory)
    }
}

impl std::fmt::Debug for DefaultProviderFactoryBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let types: Vec<_> = self.providers.iter().map(|provider| provider.provider_type()).collect();
        f.debug_struct("DefaultProviderFactoryBuilder").field("types", &types).field("default", &self.default).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::MockProvider;

    fn provider(name: &'static str) -> Arc<dyn Provider> {
        let mut provider = MockProvider::new();
        provider.expect_provider_type().returning(move || ProviderType::new(name));
        Arc::new(provider)
    }

    fn both() -> DefaultProviderFactory {
        DefaultProviderFactory::builder().register(provider("ocm")).register(provider("standalone")).build().unwrap()
    }

    #[test]
    fn an_empty_type_is_the_default() {
        assert_eq!(both().get(&ProviderType::new("")).unwrap().provider_type(), ProviderType::OCM);
    }

    #[test]
    fn a_type_is_the_provider_registered_under_it() {
        assert_eq!(both().get(&ProviderType::STANDALONE).unwrap().provider_type(), ProviderType::STANDALONE);
    }

    #[test]
    fn an_unknown_type_is_an_error_that_lists_the_known_ones() {
        let error = both().get(&ProviderType::new("aws_eks")).err().unwrap();
        assert_eq!(error.to_string(), "there is no provider of type \"aws_eks\"; registered are ocm, standalone");
    }

    #[test]
    fn one_name_is_one_provider() {
        let twice = DefaultProviderFactory::builder().register(provider("ocm")).register(provider("ocm")).build();
        assert_eq!(twice.err(), Some(FactoryError::Duplicate(ProviderType::OCM)));
    }

    #[test]
    fn a_default_that_is_not_there_is_found_at_start() {
        let error = DefaultProviderFactory::builder().register(provider("standalone")).build().err().unwrap();
        assert!(matches!(error, FactoryError::NoDefault(_)), "{error}");
    }
}
