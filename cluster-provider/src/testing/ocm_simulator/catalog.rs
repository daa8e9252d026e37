//! Clouds and their regions.

use http::Method;
use serde_json::{Value, json};

use super::wire::{Answer, Ask, CLUSTERS, Handled, Refusal, link};
use super::world::only;

/// Clouds by id, with the regions of each.
pub(super) struct Catalog(Vec<(String, Vec<Value>)>);

impl Default for Catalog {
    fn default() -> Self {
        let region = |cloud: &str, id: &str, multi_az: bool, enabled: bool| {
            json!({
                "kind": "CloudRegion", "id": id, "name": id, "display_name": format!("{cloud} {id}"), "enabled": enabled,
                "href": format!("{CLUSTERS}/cloud_providers/{cloud}/regions/{id}"),
                "supports_multi_az": multi_az, "ccs_only": false, "supports_hypershift": cloud == "aws", "govcloud": false,
                "cloud_provider": link("CloudProvider", &format!("{CLUSTERS}/cloud_providers"), cloud),
            })
        };
        let aws = [
            ("us-east-1", true, true),
            ("us-west-1", false, true),
            ("eu-west-1", true, true),
            ("ap-east-1", true, false),
        ];
        let gcp = [("us-east1", true, true), ("europe-west1", true, true)];
        let all = |cloud: &str, regions: &[(&str, bool, bool)]| {
            let regions = regions.iter().map(|(id, multi_az, enabled)| region(cloud, id, *multi_az, *enabled));
            (cloud.to_owned(), regions.collect())
        };
        Self(vec![all("aws", &aws), all("azure", &[]), all("gcp", &gcp)])
    }
}

impl Catalog {
    /// Adds regions to a cloud, or a cloud.
    pub(super) fn add(&mut self, cloud: &str, ids: impl IntoIterator<Item = String>) {
        let regions = ids.into_iter().map(|id| {
            json!({
                "kind": "CloudRegion", "id": id, "name": id, "display_name": id, "enabled": true,
                "href": format!("{CLUSTERS}/cloud_providers/{cloud}/regions/{id}"),
                "supports_multi_az": true, "ccs_only": false, "supports_hypershift": false, "govcloud": false,
                "cloud_provider": link("CloudProvider", &format!("{CLUSTERS}/cloud_providers"), cloud),
            })
        });
        match self.0.iter_mut().find(|(held, _)| held == cloud) {
            Some((_, held)) => held.extend(regions),
            None => self.0.push((cloud.to_owned(), regions.collect())),
        }
    }

    /// Whether a cluster could be there.
    pub(super) fn check(&self, cloud: &str, region: &str) -> Result<(), Refusal> {
        let (_, regions) = self
            .0
            .iter()
            .find(|(held, _)| held == cloud)
            .ok_or_else(|| Refusal::invalid(format!("Cloud provider '{cloud}' is not supported")))?;
        let held = regions.iter().find(|held| held["id"] == region);
        match held.map(|held| held["enabled"] == true) {
            Some(true) => Ok(()),
            Some(false) => Err(Refusal::invalid(format!("Region '{region}' is not enabled"))),
            None => Err(Refusal::invalid(format!("Region '{region}' is not supported for cloud provider '{cloud}'"))),
        }
    }

    pub(super) fn answer(&self, ask: &Ask, rest: &[&str], seed: u64) -> Handled {
        let searchable = |field: &str| ["id", "name", "display_name", "enabled"].contains(&field);
        let regions_of = |id: &str| {
            let found = self.0.iter().find(|(held, _)| held == id).map(|(_, regions)| regions);
            found.ok_or_else(|| Refusal::not_found("Cloud provider", id))
        };
        only(ask, &Method::GET, || match rest {
            [] => {
                let with_regions = ask.flag("fetchRegions", false)?;
                let items = self.0.iter().map(|(id, regions)| wire(id, with_regions.then_some(regions))).collect();
                ask.page("CloudProvider", items, searchable, seed)
            }
            [id] => regions_of(id).map(|_| Answer::ok(wire(id, None))),
            [id, "regions"] => ask.page("CloudRegion", regions_of(id)?.clone(), searchable, seed),
            [id, "regions", region] => {
                let held = regions_of(id)?.iter().find(|held| held["id"] == *region);
                held.map(|held| Answer::ok(held.clone())).ok_or_else(|| Refusal::not_found("Region", region))
            }
            _ => Err(Refusal::no_such_path(&ask.path)),
        })
    }
}

fn wire(id: &str, regions: Option<&Vec<Value>>) -> Value {
    let mut cloud = json!({
        "kind": "CloudProvider", "id": id, "href": format!("{CLUSTERS}/cloud_providers/{id}"), "name": id,
        "display_name": id.to_uppercase(),
    });
    if let Some(regions) = regions {
        cloud["regions"] = regions.clone().into();
    }
    cloud
}
