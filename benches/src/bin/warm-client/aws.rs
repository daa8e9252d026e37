//! Sessions of AWS.

use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use benches::{Bound, Figure};
use cloud_client::aws::{
    AccountConfig, AwsApi, CredentialSource, Partition, RoleArn, RoleConfig, StsOperation, key_pair,
};
use cloud_client::secret::SecretsInMemory;
use cloud_client::testing::sts::StsDouble;
use futures::future::join_all;
use stats_alloc::Region;

use crate::ALLOCATOR;

const ACCOUNTS: usize = 20;
const ROUNDS: usize = 9;
const PERIOD: Duration = Duration::from_millis(500);
const CALLERS: usize = 100;
const REGIONS: [&str; 10] = [
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eu-central-1",
    "eu-north-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "ap-south-1",
];

pub(crate) fn measure(figure: Figure) -> Result<Figure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let sts = StsDouble::start().await?;
        let aws = factory(&sts)?;
        let callers = (0..CALLERS).map(|n| {
            let aws = aws.clone();
            tokio::spawn(async move { aws.session("account-0", REGIONS[n % REGIONS.len()]).await.is_ok() })
        });
        ensure!(join_all(callers).await.into_iter().all(|made| made.unwrap_or_default()), "all callers get a session");
        let asked = sts.count(StsOperation::AssumeRole);
        ensure!(asked > 0, "the role was assumed, not remembered");

        let names: Vec<_> =
            (0..ACCOUNTS).flat_map(|n| REGIONS.map(|region| (format!("account-{n}"), region))).collect();
        let warmed = aws.warm(names.iter().map(|(account, region)| (account.clone(), *region))).await;
        ensure!(warmed.failed.is_empty(), "all sessions are there");

        let before = Region::new(ALLOCATOR);
        walk(&aws, &names).await?;
        let allocations = before.change().allocations;

        let mut times = Vec::new();
        for _ in 0..=ROUNDS {
            let (begun, mut walks) = (Instant::now(), 0_u32);
            while begun.elapsed() < PERIOD {
                walk(&aws, &names).await?;
                walks += 1;
            }
            #[expect(clippy::cast_precision_loss, reason = "there are two hundred names")]
            times.push(begun.elapsed().as_secs_f64() * 1e9 / (f64::from(walks) * names.len() as f64));
        }
        aws.cleanup().await;
        sts.shutdown().await;
        #[expect(clippy::cast_precision_loss, reason = "small counts")]
        Ok(figure
            .with_rounds("session_ns", times.split_off(1), Bound::AtMost(200.0))
            .with("session_allocations", allocations as f64, Bound::AtMost(0.0))
            .with("sts_calls_for_100_first_callers", asked as f64, Bound::AtMost(1.0)))
    })
}

async fn walk(aws: &AwsApi, names: &[(String, &str)]) -> Result<()> {
    for (account, region) in names {
        black_box(aws.session(black_box(account), black_box(region)).await?);
    }
    Ok(())
}

fn factory(sts: &StsDouble) -> Result<AwsApi> {
    sts.add_key("AKIA1", "a secret", "111111111111".parse()?, "hub");
    let secrets = SecretsInMemory::default().with("aws/hub", key_pair("AKIA1", "a secret"));
    let at = |name: String, source| AccountConfig::new(name, "eu-west-1", source).with_endpoint_url(sts.url());
    let mut aws = AwsApi::builder()
        .secrets(secrets)
        .clock(sts.clock())
        .account(at("hub".to_owned(), CredentialSource::keys("aws/hub")));
    for n in 0..ACCOUNTS {
        let role = RoleArn::new(Partition::Aws, format!("{n:012}").parse()?, "deployer")?;
        sts.add_role(&role);
        let source = CredentialSource::account("hub");
        aws = aws.account(at(format!("account-{n}"), source).with_role(RoleConfig::new(role)));
    }
    Ok(aws.build()?)
}
