//! Many accounts and regions from one factory of AWS sessions.
//!
//! You learn how accounts are described, what is asked of AWS when fifty tasks want clients at the same moment, what becomes of credentials
//! that end, how an account that cannot be used is told from the others, and how a token for an EKS cluster comes out of the same factory.
//! AWS is a double in this process, which counts what it is asked:
//!
//! ```sh
//! cargo run -p examples --features aws --example cloud_sessions
//! ```
#![expect(clippy::print_stdout, reason = "an example speaks to a person")]

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use cloud_client::aws::{AccountConfig, AwsApi, AwsError, Session, StsOperation, key_pair};
use cloud_client::eks::EksTokens;
use cloud_client::secret::SecretsInMemory;
use cloud_client::testing::sts::StsDouble;
use core_client::ErrorChain;
use core_client::bearer::BearerSource as _;
use futures::future::join_all;

const REGIONS: [&str; 3] = ["eu-west-1", "eu-central-1", "us-east-1"];

/// As an application would read it from a file. `hub` has a key pair; the others are reached from there by a role each.
const ACCOUNTS: &str = r#"[
    {"name": "hub", "uid": "111111111111", "default_region": "eu-west-1", "source": {"keys": {"secret": "aws/hub"}}},
    {"name": "shop", "uid": "222222222222", "default_region": "eu-west-1", "source": {"account": "hub"},
     "roles": [{"arn": "arn:aws:iam::222222222222:role/deployer", "external_id": "mooring"}]},
    {"name": "data", "uid": "333333333333", "default_region": "eu-central-1", "source": {"account": "hub"},
     "roles": [{"arn": "arn:aws:iam::333333333333:role/team/reader", "duration_seconds": 900}]},
    {"name": "closed", "uid": "444444444444", "default_region": "eu-west-1", "source": {"account": "hub"},
     "roles": [{"arn": "arn:aws:iam::444444444444:role/deployer"}]},
    {"name": "lost", "default_region": "eu-west-1", "source": {"keys": {"secret": "aws/lost"}}}
]"#;

/// What a task does with a session: any client of the SDK is made of it, once for all who want one of that kind.
async fn who_am_i(session: &Session) -> Result<String> {
    let answer = session.client(aws_sdk_sts::Client::new).get_caller_identity().send().await?;
    Ok(answer.arn().unwrap_or_default().to_owned())
}

/// AWS, as far as this example needs it.
async fn double() -> Result<StsDouble> {
    let sts = StsDouble::start().await?;
    sts.add_key("AKIAHUB", "a secret", "111111111111".parse()?, "hub");
    sts.add_role_with_external_id(&"arn:aws:iam::222222222222:role/deployer".parse()?, "mooring");
    sts.add_role(&"arn:aws:iam::333333333333:role/team/reader".parse()?);
    Ok(sts)
}

/// Says what comes next.
fn chapter(title: &str) {
    println!("\n== {title}");
}

#[tokio::main]
async fn main() -> Result<()> {
    let sts = double().await?;
    let accounts: Vec<AccountConfig> = serde_json::from_str(ACCOUNTS)?;
    let secrets = SecretsInMemory::default().with("aws/hub", key_pair("AKIAHUB", "a secret"));
    let aws = AwsApi::builder()
        .secrets(secrets)
        .clock(sts.clock())
        .accounts(accounts.into_iter().map(|account| account.with_endpoint_url(sts.url())))
        .build()?;

    chapter("54 tasks want clients for three accounts in three regions, at the same moment");
    let wanted = ["hub", "shop", "data"].into_iter().flat_map(|account| REGIONS.map(|region| (account, region)));
    let tasks = wanted.cycle().take(54).map(|(account, region)| {
        let aws = aws.clone();
        tokio::spawn(async move { anyhow::Ok(who_am_i(&aws.session(account, region).await?).await?) })
    });
    let mut seen = std::collections::BTreeMap::<String, usize>::new();
    for arn in join_all(tasks).await {
        *seen.entry(arn??).or_default() += 1;
    }
    for (arn, tasks) in &seen {
        println!("{tasks} tasks are {arn}");
    }
    let assumed = sts.count(StsOperation::AssumeRole);
    println!(
        "AWS was asked for {assumed} roles: one for each account that is reached by one, and not one for each task"
    );
    ensure!(assumed == 2, "two accounts are reached by a role");

    chapter("three hours later, when what was assumed has ended");
    sts.clock().advance(Duration::from_secs(3 * 3600));
    // The same session as before: its credentials were made anew by the first call that needed them.
    println!("shop: still {}", who_am_i(&aws.session("shop", "eu-west-1").await?).await?);

    chapter("accounts that cannot be used say why, and hold up no other");
    let warmed =
        aws.warm([("closed", "eu-west-1"), ("lost", "eu-west-1"), ("hub", "cn-north-1"), ("data", "us-east-1")]).await;
    for (account, region, error) in &warmed.failed {
        println!("{account} in {region}: {}\n  {}", error.class().as_str(), ErrorChain::new(error));
    }
    for session in &warmed.ready {
        println!("{} in {}: ready", session.account(), session.region());
    }
    ensure!(warmed.ready.len() == 1 && warmed.failed.len() == 3, "one of four can be used");

    chapter("before anything is written: are these credentials those of the account they are said to be?");
    let identity = aws.verify_account("data").await?;
    println!("data: yes, account {}", identity.account);

    chapter("a token for an EKS cluster, without the AWS command line");
    // A connection to the cluster takes the source as its credential: `cluster_client::spec::CredentialSpec::bearer`.
    let tokens = EksTokens::new(aws.clone(), "shop", "eu-west-1", "storefront")?;
    let bearer = tokens.bearer().await?;
    let caller = sts.caller_of_token(bearer.token.expose(), "storefront").map_err(anyhow::Error::msg)?;
    println!("cluster storefront sees {caller}");
    println!("the token is good until {}, and another one is made before", bearer.expires.context("a token ends")?);

    chapter("after the end, clients that are still around say why they cannot go on");
    let session = aws.session("shop", "eu-west-1").await?;
    aws.cleanup().await;
    let error = who_am_i(&session).await.err().context("nothing is served after the end")?;
    let reason = error.chain().find_map(|cause| cause.downcast_ref::<AwsError>()).context("it is one of ours")?;
    println!("{reason}");
    sts.shutdown().await;
    Ok(())
}
