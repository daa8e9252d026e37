//! The separate worlds that AWS consists of. Does no I/O.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A part of AWS with accounts, endpoints and rules of its own.
///
/// Source: `partitions.json` of the AWS SDKs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Partition {
    /// `aws`: the commercial regions.
    #[default]
    Aws,
    /// `aws-cn`: China.
    AwsCn,
    /// `aws-us-gov`: GovCloud.
    AwsUsGov,
    /// `aws-eusc`: the European sovereign cloud.
    AwsEusc,
    /// `aws-iso`.
    AwsIso,
    /// `aws-iso-b`.
    AwsIsoB,
    /// `aws-iso-e`.
    AwsIsoE,
    /// `aws-iso-f`.
    AwsIsoF,
}

impl Partition {
    /// All that are known.
    pub const ALL: [Self; 8] = [
        Self::Aws,
        Self::AwsCn,
        Self::AwsUsGov,
        Self::AwsEusc,
        Self::AwsIso,
        Self::AwsIsoB,
        Self::AwsIsoE,
        Self::AwsIsoF,
    ];

    /// Its name, as it stands in ARNs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::AwsCn => "aws-cn",
            Self::AwsUsGov => "aws-us-gov",
            Self::AwsEusc => "aws-eusc",
            Self::AwsIso => "aws-iso",
            Self::AwsIsoB => "aws-iso-b",
            Self::AwsIsoE => "aws-iso-e",
            Self::AwsIsoF => "aws-iso-f",
        }
    }

    /// The domain of its endpoints.
    #[must_use]
    pub fn dns_suffix(self) -> &'static str {
        match self {
            Self::Aws | Self::AwsUsGov => "amazonaws.com",
            Self::AwsCn => "amazonaws.com.cn",
            Self::AwsEusc => "amazonaws.eu",
            Self::AwsIso => "c2s.ic.gov",
            Self::AwsIsoB => "sc2s.sgov.gov",
            Self::AwsIsoE => "cloud.adc-e.uk",
            Self::AwsIsoF => "csp.hci.ic.gov",
        }
    }

    /// Whether its endpoints are to be the FIPS ones unless an account says otherwise.
    #[must_use]
    pub fn prefers_fips(self) -> bool {
        self == Self::AwsUsGov
    }

    /// Where services without a region live, such as `support` and `organizations`.
    #[must_use]
    pub fn home_region(self) -> &'static str {
        match self {
            Self::Aws => "us-east-1",
            Self::AwsCn => "cn-northwest-1",
            Self::AwsUsGov => "us-gov-west-1",
            Self::AwsEusc => "eusc-de-east-1",
            Self::AwsIso => "us-iso-east-1",
            Self::AwsIsoB => "us-isob-east-1",
            Self::AwsIsoE => "eu-isoe-west-1",
            Self::AwsIsoF => "us-isof-south-1",
        }
    }

    /// The partition a region is in; nothing when it is not the name of a region.
    #[must_use]
    pub fn of_region(region: &str) -> Option<Self> {
        let (place, number) = region.rsplit_once('-')?;
        let (area, side) = place.split_once('-')?;
        let word = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase());
        let sides = !side.is_empty() && side.split('-').all(word);
        if !word(area) || !sides || number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        Some(match (area, side.split('-').next().unwrap_or_default()) {
            ("cn", _) => Self::AwsCn,
            ("eusc", _) => Self::AwsEusc,
            ("us", "gov") => Self::AwsUsGov,
            ("us", "iso") => Self::AwsIso,
            ("us", "isob") => Self::AwsIsoB,
            ("eu", "isoe") => Self::AwsIsoE,
            ("us", "isof") => Self::AwsIsoF,
            _ => Self::Aws,
        })
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// There is no partition of this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no partition {0:?}")]
pub struct UnknownPartition(String);

impl FromStr for Partition {
    type Err = UnknownPartition;

    fn from_str(name: &str) -> Result<Self, UnknownPartition> {
        let found = Self::ALL.into_iter().find(|partition| partition.as_str() == name);
        found.ok_or_else(|| UnknownPartition(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_partition_is_that_of_its_home_region_and_keeps_its_name() {
        for partition in Partition::ALL {
            assert_eq!(Partition::of_region(partition.home_region()), Some(partition));
            assert_eq!(partition.as_str().parse(), Ok(partition));
            let json = serde_json::to_string(&partition).unwrap();
            assert_eq!(json, format!("\"{partition}\""));
        }
        assert!("aws-moon".parse::<Partition>().is_err());
    }

    #[test]
    fn regions_are_known_by_their_form() {
        for region in ["eu-west-1", "ap-southeast-12", "us-east-2", "mx-central-1"] {
            assert_eq!(Partition::of_region(region), Some(Partition::Aws), "{region}");
        }
        assert_eq!(Partition::of_region("us-gov-east-1"), Some(Partition::AwsUsGov));
        for wrong in ["", "eu", "eu-west", "eu-west-", "eu--1", "Eu-west-1", "eu-west-1a", "eu-west-1/../x", "-west-1"]
        {
            assert_eq!(Partition::of_region(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_is_called_a_region_is_fit_for_a_host_name(region in "\\PC{0,24}") {
            if Partition::of_region(&region).is_some() {
                prop_assert!(region.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
            }
        }
    }
}
