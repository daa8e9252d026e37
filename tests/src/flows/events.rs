//! Events that a controller publishes: made once, counted up when they happen again.

use anyhow::{Context as _, Result, ensure};
use k8s_openapi::api::core::v1::{ConfigMap, Event as CoreEvent, Namespace};
use k8s_openapi::api::events::v1::Event as Published;
use kube::api::ListParams;
use kube::runtime::events::{Event, EventType, Recorder, Reporter};
use kube::{Api, Resource as _, ResourceExt as _};

use super::bed::{Bed, uid};

claims! { Server:
    an_event_is_made_once_and_counted_up,
    events_that_differ_are_made_beside_each_other,
    an_event_is_found_by_what_it_regards,
    an_event_of_an_object_without_a_namespace_is_in_the_default_one,
}

const CONTROLLER: &str = "flows.mooring.dev";

fn recorder(bed: &Bed<'_>) -> Recorder {
    let reporter = Reporter { controller: CONTROLLER.to_owned(), instance: Some("flows-0".to_owned()) };
    Recorder::new(bed.client.clone(), reporter)
}

fn event(reason: &str, type_: EventType) -> Event {
    Event {
        type_,
        reason: reason.to_owned(),
        note: Some(format!("this is about {reason}")),
        action: "Reconciling".to_owned(),
        secondary: None,
    }
}

/// The events about an object.
async fn about(api: &Api<Published>, id: &str) -> Result<Vec<Published>> {
    let events = api.list(&ListParams::default()).await?.items;
    let about =
        |event: &Published| event.regarding.as_ref().is_some_and(|regarding| regarding.uid.as_deref() == Some(id));
    Ok(events.into_iter().filter(about).collect())
}

async fn an_event_is_made_once_and_counted_up(bed: &Bed<'_>) -> Result<()> {
    let map = bed.map("subject").await?;
    let (recorder, subject) = (recorder(bed), map.object_ref(&()));
    let told = event("Pulled", EventType::Normal);
    recorder.publish(&told, &subject).await?;
    let events = bed.api::<Published>();
    let found = about(&events, &uid(&map)?).await?;
    let [made] = &found[..] else { anyhow::bail!("{} events: {found:?}", found.len()) };
    ensure!(made.reason.as_deref() == Some("Pulled") && made.type_.as_deref() == Some("Normal"), "{made:?}");
    ensure!(made.note == told.note && made.action.as_deref() == Some("Reconciling"), "{made:?}");
    ensure!(made.reporting_controller.as_deref() == Some(CONTROLLER), "{made:?}");
    ensure!(made.reporting_instance.as_deref() == Some("flows-0"), "{made:?}");
    ensure!(made.event_time.is_some() && made.series.is_none(), "{made:?}");

    for count in [2, 3] {
        recorder.publish(&told, &subject).await?;
        let found = about(&events, &uid(&map)?).await?;
        let [again] = &found[..] else { anyhow::bail!("{} events: {found:?}", found.len()) };
        ensure!(again.uid() == made.uid() && again.event_time == made.event_time, "{again:?} after {made:?}");
        let series = again.series.as_ref().context("it is not counted")?;
        ensure!(series.count == count, "it is counted {} times instead of {count}", series.count);
    }
    // The same one, as those see it who know only the older kind.
    let older = bed.api::<CoreEvent>().get(&made.name_any()).await?;
    ensure!(older.uid() == made.uid() && older.message == told.note, "{older:?}");
    ensure!(
        older.involved_object.uid == map.uid() && older.reporting_component.as_deref() == Some(CONTROLLER),
        "{older:?}"
    );
    ensure!(older.series.and_then(|series| series.count) == Some(3), "it is not counted for the older kind");
    Ok(())
}

async fn events_that_differ_are_made_beside_each_other(bed: &Bed<'_>) -> Result<()> {
    let map = bed.map("subject").await?;
    let (recorder, subject) = (recorder(bed), map.object_ref(&()));
    recorder.publish(&event("Failed", EventType::Warning), &subject).await?;
    recorder.publish(&event("Failed", EventType::Normal), &subject).await?;
    recorder.publish(&event("Succeeded", EventType::Normal), &subject).await?;
    recorder.publish(&event("Failed", EventType::Warning), &subject).await?;
    let found = about(&bed.api(), &uid(&map)?).await?;
    let mut kinds: Vec<(Option<&str>, Option<&str>, Option<i32>)> = found
        .iter()
        .map(|event| {
            (event.reason.as_deref(), event.type_.as_deref(), event.series.as_ref().map(|series| series.count))
        })
        .collect();
    kinds.sort();
    let wanted = [
        (Some("Failed"), Some("Normal"), None),
        (Some("Failed"), Some("Warning"), Some(2)),
        (Some("Succeeded"), Some("Normal"), None),
    ];
    ensure!(kinds == wanted, "{kinds:?}");
    Ok(())
}

async fn an_event_is_found_by_what_it_regards(bed: &Bed<'_>) -> Result<()> {
    let recorder = recorder(bed);
    for name in ["one", "two"] {
        let subject = bed.map(name).await?.object_ref(&());
        recorder.publish(&event("Seen", EventType::Normal), &subject).await?;
    }
    let newer = ListParams::default().fields("regarding.name=two,reason=Seen");
    let found = bed.api::<Published>().list(&newer).await?.items;
    ensure!(found.len() == 1, "{} of the newer kind", found.len());
    let older = ListParams::default().fields("involvedObject.name=two,involvedObject.kind=ConfigMap,type=Normal");
    let other = bed.api::<CoreEvent>().list(&older).await?.items;
    ensure!(other.len() == 1 && other[0].uid() == found[0].uid(), "{} of the older kind", other.len());
    let map: ConfigMap = bed.maps().get("two").await?;
    ensure!(other[0].involved_object.uid == map.uid(), "{:?}", other[0].involved_object);
    Ok(())
}

async fn an_event_of_an_object_without_a_namespace_is_in_the_default_one(bed: &Bed<'_>) -> Result<()> {
    let namespace = Api::<Namespace>::all(bed.client.clone()).get(&bed.namespace).await?;
    let (recorder, subject) = (recorder(bed), namespace.object_ref(&()));
    for _ in 0..2 {
        recorder.publish(&event("Filled", EventType::Normal), &subject).await?;
    }
    let events = Api::<Published>::namespaced(bed.client.clone(), "default");
    let found = about(&events, &uid(&namespace)?).await?;
    let [made] = &found[..] else { anyhow::bail!("{} events: {found:?}", found.len()) };
    ensure!(made.series.as_ref().is_some_and(|series| series.count == 2), "{made:?}");
    events.delete(&made.name_any(), &Default::default()).await?;
    Ok(())
}
