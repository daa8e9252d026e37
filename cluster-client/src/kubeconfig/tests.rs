use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use secrecy::ExposeSecret as _;
use testkit::pki::{Ca, Leaf};

use super::*;
use crate::path::Route;
use crate::spec::{CredentialSpec, ExecSpec, Impersonation, ServerTrust};

const SENTINEL: &str = "s3nt1nel-that-must-not-show";

/// A kubeconfig with one context, `c`, whose cluster and user have these members (YAML flow).
fn one(cluster: &str, user: &str) -> String {
    format!(
        "{{clusters: [{{name: c, cluster: {{{cluster}}}}}], users: [{{name: u, user: {{{user}}}}}], \
         contexts: [{{name: c, context: {{cluster: c, user: u}}}}], current-context: c}}"
    )
}

fn local() -> TrustPolicy {
    TrustPolicy::for_local_files()
}

fn read(text: &str, policy: &TrustPolicy) -> Result<ClusterSpec, SpecError> {
    parse(text, policy, None).unwrap().current()
}

fn user(user: &str) -> Result<ClusterSpec, SpecError> {
    read(&one("server: 'https://c.example'", user), &local())
}

fn cluster(cluster: &str) -> Result<ClusterSpec, SpecError> {
    read(&one(cluster, "token: t"), &local())
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        text = format!("{text}: {error}");
        next = error.source();
    }
    text
}

fn refused(result: Result<ClusterSpec, SpecError>) -> String {
    let error = result.unwrap_err();
    assert!(matches!(error.root(), SpecError::Refused { .. }), "{error:?}");
    error.root().to_string()
}

fn malformed(result: Result<ClusterSpec, SpecError>) -> String {
    let error = result.unwrap_err();
    assert!(matches!(error.root(), SpecError::Malformed { .. } | SpecError::Material { .. }), "{error:?}");
    error.root().to_string()
}

// --- one context does not drop its siblings ---

#[test]
fn one_bad_context_does_not_drop_its_siblings() {
    let text = "
clusters:
- {name: good, cluster: {server: 'https://good.example'}}
- {name: bad, cluster: {server: 'ftp://bad.example'}}
- {name: odd, cluster: [1, 2]}
users:
- {name: good, user: {token: t}}
- {name: odd, user: {token: 17}}
- {name: twice, user: {token: a}}
- {name: twice, user: {token: b}}
contexts:
- {name: a-good, context: {cluster: good, user: good}}
- {name: b-bad-server, context: {cluster: bad, user: good}}
- {name: c-odd-cluster, context: {cluster: odd, user: good}}
- {name: d-odd-user, context: {cluster: good, user: odd}}
- {name: e-no-such-cluster, context: {cluster: nowhere, user: good}}
- {name: f-no-such-user, context: {cluster: good, user: nobody}}
- {name: g-two-users, context: {cluster: good, user: twice}}
- {name: h-empty}
- {name: i-no-cluster, context: {user: good}}
- {context: {cluster: good}}
- 17
- {name: j-nobody, context: {cluster: good}}
";
    let config = parse_as("/etc/fleet", text.as_bytes(), &local(), None).unwrap();
    let found: Vec<_> = config.contexts().collect();
    let good: Vec<_> = found.iter().filter(|(_, spec)| spec.is_ok()).map(|(name, _)| *name).collect();
    assert_eq!(good, ["a-good", "j-nobody"]);
    let told: Vec<_> = found.iter().filter_map(|(_, spec)| spec.as_ref().err()).map(|error| chain(error)).collect();
    assert_eq!(
        told,
        [
            r#"context "b-bad-server" of /etc/fleet cannot be used: server "ftp://bad.example" is no https URL: it must begin with https://"#,
            r#"context "c-odd-cluster" of /etc/fleet cannot be used: cluster "odd": it has no content"#,
            r#"context "d-odd-user" of /etc/fleet cannot be used: token of user "odd": it is no text; put it in quotes"#,
            r#"context "e-no-such-cluster" of /etc/fleet cannot be used: cluster "nowhere" is not defined"#,
            r#"context "f-no-such-user" of /etc/fleet cannot be used: user "nobody" is not defined"#,
            r#"context "g-two-users" of /etc/fleet cannot be used: user "twice" is defined more than once"#,
            r#"context "h-empty" of /etc/fleet cannot be used: context "h-empty": it has no content"#,
            r#"context "i-no-cluster" of /etc/fleet cannot be used: cluster of context "i-no-cluster": it must name a cluster"#,
        ]
    );
}

#[test]
fn an_unknown_context_is_named_with_its_file() {
    let config = parse_as("/etc/fleet", one("server: 'https://c'", "").as_bytes(), &local(), None).unwrap();
    let error = config.context("d").unwrap_err();
    assert_eq!(chain(&error), r#"context "d" of /etc/fleet cannot be used: context "d" is not defined"#);
}

#[test]
fn the_only_context_needs_not_be_current() {
    let text = one("server: 'https://c'", "").replace("current-context: c", "");
    assert!(read(&text, &local()).is_ok());
    let error = read("contexts: [{name: a}, {name: b}]", &local()).unwrap_err();
    assert!(error.to_string().contains("current-context"), "{error}");
    assert!(read("", &local()).is_err());
}

// --- servers ---

#[test]
fn a_server_keeps_its_path_its_name_and_its_authorities() {
    let ca = Ca::new("fleet");
    let data = STANDARD.encode(ca.pem());
    let (head, tail) = data.split_at(60);
    let spec = cluster(&format!(
        "server: 'https://c.example:6443/clusters/c', tls-server-name: kubernetes, certificate-authority-data: \"{head}\\n  {tail}\""
    ))
    .unwrap();
    assert_eq!(spec.server.url.as_str(), "https://c.example:6443/clusters/c");
    assert_eq!(spec.server.tls_server_name.as_deref(), Some("kubernetes"));
    assert_eq!(spec.server.trust, ServerTrust::Roots(ca.pem().into_bytes().into()));
    assert_eq!(cluster("server: 'https://c.example'").unwrap().server.trust, ServerTrust::System);
}

#[test]
fn an_unusable_server_says_what_is_wrong_and_shows_no_password() {
    for server in [
        "''",
        "'c.example:6443'",
        "'https://'",
        "'https://me:s3nt1nel-that-must-not-show@c.example'",
        "'https://c.example?a=b'",
        "'https://c.example#a'",
    ] {
        let error = cluster(&format!("server: {server}")).unwrap_err();
        assert!(matches!(error.root(), SpecError::Server { .. }), "{server}: {error:?}");
        assert!(!format!("{error:?} {}", chain(&error)).contains(SENTINEL));
    }
}

#[test]
fn bad_authorities_are_found_when_the_file_is_read() {
    for (data, reason) in [
        ("'%%%'".to_owned(), "no base64"),
        (STANDARD.encode("nothing"), "no certificate"),
        (STANDARD.encode("-----BEGIN CERTIFICATE-----\n%%\n-----END CERTIFICATE-----\n"), "damaged"),
    ] {
        let told = malformed(cluster(&format!("server: 'https://c', certificate-authority-data: {data}")));
        assert!(told.contains(reason), "{told}");
    }
    let both = "server: 'https://c', insecure-skip-tls-verify: true, certificate-authority-data: AAAA";
    assert!(malformed(cluster(both)).contains("insecure-skip-tls-verify"));
    let insecure = cluster("server: 'https://c', insecure-skip-tls-verify: true").unwrap();
    assert_eq!(insecure.server.trust, ServerTrust::InsecureSkipVerify);
}

#[test]
fn a_proxy_is_kept_apart_from_its_login() {
    let spec = cluster("server: 'https://c', proxy-url: 'http://me:p%40ss@proxy.example:3128'").unwrap();
    let Route::HttpConnect(proxy) = spec.route else { panic!("{:?}", spec.route) };
    assert_eq!(proxy.url.as_str(), "http://proxy.example:3128/");
    let (name, password) = proxy.login.unwrap();
    assert_eq!((name.as_str(), password.expose_secret()), ("me", "p@ss"));
    let socks = cluster("server: 'https://c', proxy-url: 'socks5://proxy.example'").unwrap();
    assert!(matches!(socks.route, Route::Socks5(_)));
    let unknown = cluster("server: 'https://c', proxy-url: 'gopher://proxy.example'").unwrap_err();
    assert!(matches!(unknown.root(), SpecError::Proxy(_)), "{unknown:?}");
}

// --- users ---

#[test]
fn every_kind_of_credential_is_read() {
    let pair = Ca::new("fleet").issue(Leaf::client("me"));
    let (cert, key) = (STANDARD.encode(pair.chain_pem()), STANDARD.encode(pair.key_pem()));
    assert!(matches!(user("").unwrap().credential, CredentialSpec::Anonymous));
    assert!(matches!(user("token: t").unwrap().credential, CredentialSpec::Token(_)));
    let basic = user("username: me, password: p").unwrap().credential;
    assert!(matches!(basic, CredentialSpec::Basic { username, .. } if username == "me"));
    let certificate = format!("client-certificate-data: {cert}, client-key-data: {key}");
    let CredentialSpec::Certificate { chain, key } = user(&certificate).unwrap().credential else { panic!() };
    assert_eq!(&*chain, pair.chain_pem().as_bytes());
    assert_eq!(key.expose_secret(), pair.key_pem());
    // The API server looks at the certificate first, so nothing is lost.
    let both = user(&format!("{certificate}, token: t")).unwrap().credential;
    assert!(matches!(both, CredentialSpec::Certificate { .. }));
}

#[test]
fn credentials_that_contradict_each_other_or_are_half_there_are_errors() {
    let pair = Ca::new("fleet").issue(Leaf::client("me"));
    let (cert, key) = (STANDARD.encode(pair.chain_pem()), STANDARD.encode(pair.key_pem()));
    let exec = "exec: {apiVersion: client.authentication.k8s.io/v1, command: aws}";
    for (text, reason) in [
        ("token: t, username: u".to_owned(), "more than one"),
        (format!("token: t, {exec}"), "more than one"),
        (format!("client-certificate-data: {cert}, client-key-data: {key}, {exec}"), "more than one"),
        (format!("client-certificate-data: {cert}"), "needs its key"),
        (format!("client-key-data: {key}"), "needs its certificate"),
        (format!("client-certificate-data: {key}, client-key-data: {key}"), "no certificate"),
        (format!("client-certificate-data: {cert}, client-key-data: {cert}"), "no private key"),
        ("username: 'a:b'".to_owned(), "colon"),
        ("token: 'a b'".to_owned(), "characters"),
        ("token: \"a\\r\\nX-Remote-User: root\"".to_owned(), "characters"),
        ("as-groups: [g]".to_owned(), "without a user"),
        ("token: [t]".to_owned(), "no text"),
    ] {
        let told = malformed(user(&text));
        assert!(told.contains(reason), "{text}: {told}");
    }
    let gone = user("auth-provider: {name: gcp}").unwrap_err();
    assert!(gone.root().to_string().contains("exec plugin"), "{gone:?}");
}

#[test]
fn impersonation_is_read_whole_or_refused() {
    let spec = user("token: t, as: jane, as-uid: '7', as-groups: [a, b]").unwrap();
    assert_eq!(spec.impersonate, Some(Impersonation::user("jane").with_uid("7").with_groups(["a", "b"])));
    let extra = user("token: t, as: jane, as-user-extra: {scopes: [a]}").unwrap_err();
    assert!(matches!(extra.root(), SpecError::Unsupported { .. }));
}

#[test]
fn a_program_is_read_with_all_it_is_given() {
    let text = one(
        "server: 'https://c', extensions: [{name: other, extension: 1}, {name: client.authentication.k8s.io/exec, extension: {audience: a}}]",
        "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [eks, get-token], env: [{name: A, value: b}], \
         provideClusterInfo: true, interactiveMode: IfAvailable, installHint: install it}",
    );
    let CredentialSpec::Exec(exec) = read(&text, &local()).unwrap().credential else { panic!() };
    let expected = ExecSpec::new("aws")
        .with_args(["eks", "get-token"])
        .with_env([("A", "b")])
        .with_api_version("client.authentication.k8s.io/v1beta1")
        .with_cluster_info(Some(serde_json::json!({"audience": "a"})))
        .with_install_hint("install it");
    assert_eq!(*exec, expected);
}

#[test]
fn a_program_that_cannot_work_is_refused() {
    let v1 = "apiVersion: client.authentication.k8s.io/v1";
    let always = user(&format!("exec: {{{v1}, command: aws, interactiveMode: Always}}")).unwrap_err();
    assert!(always.root().to_string().contains("Always"), "{always:?}");
    let old = user("exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: aws}").unwrap_err();
    assert!(matches!(old.root(), SpecError::Unsupported { .. }));
    assert!(malformed(user(&format!("exec: {{{v1}}}"))).contains("exec.command"));
    assert!(malformed(user(&format!("exec: {{{v1}, command: a, interactiveMode: Now}}"))).contains("interactiveMode"));
    assert!(malformed(user(&format!("exec: {{{v1}, command: a, env: [{{name: a}}]}}"))).contains("exec.env"));
}

// --- policy ---

#[test]
fn a_kubeconfig_from_a_secret_runs_nothing_and_reads_nothing() {
    let strict = TrustPolicy::for_secrets();
    let server = "server: 'https://c'";
    let exec = "exec: {apiVersion: client.authentication.k8s.io/v1, command: aws}";
    for (cluster, user, what) in [
        (server, exec, "exec \"aws\""),
        (server, "tokenFile: /var/run/token", "tokenFile"),
        (server, "client-certificate: /c, client-key: /k", "client-certificate"),
        ("server: 'https://c', certificate-authority: /etc/passwd", "", "certificate-authority"),
        ("server: 'https://c', insecure-skip-tls-verify: true", "", "insecure-skip-tls-verify"),
        ("server: 'http://c'", "", "without TLS"),
        (server, "token: t, as: admin", "impersonation"),
    ] {
        let told = refused(read(&one(cluster, user), &strict));
        assert!(told.contains(what) && told.contains("TrustPolicy::with_"), "{told}");
    }
    let proxy = one("server: 'https://c', proxy-url: 'http://p.example:3128'", "token: t");
    assert!(read(&proxy, &strict).is_ok());
}

#[test]
fn programs_and_proxies_may_be_allowed_by_name() {
    let exec = |command: &str, env: &str| {
        one(
            "server: 'https://c'",
            &format!("exec: {{apiVersion: client.authentication.k8s.io/v1, command: {command}, env: [{env}]}}"),
        )
    };
    let policy = TrustPolicy::for_secrets().with_exec(ExecPolicy::Allow(vec!["aws".into()]));
    assert!(read(&exec("aws", "{name: AWS_PROFILE, value: p}"), &policy).is_ok());
    // A relative path has no meaning without a folder, and is not even compared.
    assert!(malformed(read(&exec("./aws", ""), &policy)).contains("relative"));
    assert!(refused(read(&exec("/tmp/aws", ""), &policy)).contains("/tmp/aws"));
    for variable in ["PATH", "LD_PRELOAD", "ld_library_path", "DYLD_INSERT_LIBRARIES"] {
        let told = refused(read(&exec("aws", &format!("{{name: {variable}, value: x}}")), &policy));
        assert!(told.contains(variable), "{told}");
    }
    let proxy = |host: &str| one(&format!("server: 'https://c', proxy-url: 'http://{host}'"), "token: t");
    let policy = TrustPolicy::for_secrets().with_proxy(ProxyPolicy::Allow(vec!["a".into(), "b:3128".into()]));
    assert!(read(&proxy("a:1"), &policy).is_ok());
    assert!(read(&proxy("b:3128"), &policy).is_ok());
    assert!(refused(read(&proxy("b:1"), &policy)).contains("proxy"));
    refused(read(&proxy("c"), &TrustPolicy::for_secrets().with_proxy(ProxyPolicy::Never)));
}

#[test]
fn a_program_may_be_let_through_without_being_run() {
    let text = one(
        "server: 'https://c'",
        "exec: {apiVersion: client.authentication.k8s.io/v1, command: aws, args: [eks, get-token]}",
    );
    let in_process = |exec| {
        let spec = read(&text, &TrustPolicy::for_secrets().with_exec(exec)).unwrap();
        let CredentialSpec::Exec(exec) = &spec.credential else { panic!("{spec:?}") };
        exec.in_process_only
    };
    assert!(in_process(ExecPolicy::InProcess));
    assert!(!in_process(ExecPolicy::Allow(vec!["aws".into()])) && !in_process(ExecPolicy::Any));
}

// --- files ---

#[test]
fn paths_start_at_the_folder_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let pair = Ca::new("fleet").issue(Leaf::client("me"));
    for (name, content) in [("ca", pair.chain_pem()), ("crt", pair.chain_pem()), ("key", pair.key_pem())] {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    let read = |cluster: &str, user: &str| {
        let text = one(&format!("server: 'https://c'{cluster}"), user);
        parse(text, &local(), Some(folder.path())).unwrap()
    };
    let config = read(", certificate-authority: ca", "client-certificate: crt, client-key: key");
    let spec = config.current().unwrap();
    assert_eq!(spec.server.trust, ServerTrust::RootsFile(folder.path().join("ca")));
    let CredentialSpec::CertificateFiles { chain, key } = spec.credential else { panic!() };
    assert_eq!((chain, key), (folder.path().join("crt"), folder.path().join("key")));
    assert_eq!(config.files(), ["ca", "crt", "key"].map(|name| folder.path().join(name)));

    let mixed = format!("client-certificate-data: {}, client-key: key", STANDARD.encode(pair.chain_pem()));
    let CredentialSpec::Certificate { key, .. } = read("", &mixed).current().unwrap().credential else { panic!() };
    assert_eq!(key.expose_secret(), pair.key_pem());

    let gone = read("", "tokenFile: nothing").current().unwrap_err();
    assert!(matches!(gone.root(), SpecError::File { what: "tokenFile", .. }), "{gone:?}");
    assert!(malformed(read("", "tokenFile: .").current()).contains("no file"));
    // Without a folder there is nothing for the path to start from.
    let nowhere = parse(one("server: 'https://c'", "tokenFile: token"), &local(), None).unwrap();
    assert!(malformed(nowhere.current()).contains("relative"));
}

#[test]
fn of_several_files_the_first_to_say_something_wins() {
    let first = parse_as("a", one("server: 'https://a'", "token: a").as_bytes(), &local(), None).unwrap();
    let second = "{clusters: [{name: c, cluster: {server: 'https://b'}}], contexts: [{name: c, context: {cluster: x}}, {name: d, context: {cluster: c, user: u}}], current-context: d}";
    let both = first.merge(parse_as("b", second.as_bytes(), &local(), None).unwrap());
    assert_eq!(both.current_context(), Some("c"));
    assert_eq!(both.context_names().collect::<Vec<_>>(), ["c", "d"]);
    // The second file's context uses the first file's cluster and user.
    assert_eq!(both.context("d").unwrap().server.url.as_str(), "https://a/");
    assert!(both.context("c").is_ok());
}

// --- what is no kubeconfig ---

#[test]
fn what_is_no_kubeconfig_is_told_without_its_text() {
    for (text, wanted) in [
        (format!("token: {SENTINEL}\n  - {SENTINEL}: ["), "line"),
        (format!("[{SENTINEL}]"), "no mapping"),
        (format!("clusters: {SENTINEL}"), "clusters is no list"),
        (format!("kind: Secret\ndata: {SENTINEL}"), "kind"),
        (format!("a: {SENTINEL}\na: {SENTINEL}"), "line"),
        (format!("a: {SENTINEL}\n---\nb: {SENTINEL}"), "line"),
    ] {
        let error = parse(&text, &local(), None).unwrap_err();
        let told = format!("{} {error:?}", chain(&error));
        assert!(told.contains(wanted) && !told.contains(SENTINEL), "{told}");
    }
    assert!(matches!(parse([0xff, 0xfe, 0], &local(), None), Err(KubeconfigError::NotText)));
}

#[test]
fn what_is_too_much_is_refused() {
    let large = "#".repeat(MAX_BYTES + 1);
    assert!(matches!(parse(large, &local(), None), Err(KubeconfigError::TooLarge { .. })));
    let deep = "[".repeat(10_000);
    assert!(matches!(parse(deep, &local(), None), Err(KubeconfigError::Yaml { .. })));
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let alias = format!("*a{}", level - 1);
        bomb += &format!("a{level}: &a{level} [{}]\n", vec![alias; 9].join(", "));
    }
    assert!(matches!(parse(bomb, &local(), None), Err(KubeconfigError::Yaml { .. })));
}

#[test]
fn nothing_shows_a_secret() {
    let pair = Ca::new("fleet").issue(Leaf::client("me"));
    let key = STANDARD.encode(pair.key_pem());
    for members in [
        format!("token: {SENTINEL}"),
        format!("username: me, password: {SENTINEL}"),
        format!("client-certificate-data: {key}, client-key-data: {key}"),
        format!("exec: {{apiVersion: x, command: aws, args: [{SENTINEL}], env: [{{name: A, value: {SENTINEL}}}]}}"),
        format!("auth-provider: {{name: oidc, config: {{client-secret: {SENTINEL}}}}}"),
        format!("token: {SENTINEL}, username: {SENTINEL}"),
        format!("token: {{a: {SENTINEL}}}"),
    ] {
        let text = one(&format!("server: 'https://c', proxy-url: 'http://me:{SENTINEL}@p'"), &members);
        let config = parse(text, &local(), None).unwrap();
        let spec = config.current();
        let error = spec.as_ref().err().map(|error| chain(error)).unwrap_or_default();
        let shown = format!("{config:?} {spec:?} {spec:#?} {error}");
        assert!(!shown.contains(SENTINEL) && !shown.contains(&key), "{shown}");
    }
}

proptest! {
    #[test]
    fn nothing_read_makes_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(config) = parse(&bytes, &TrustPolicy::for_secrets(), None) {
            let _count = config.contexts().count();
        }
    }

    #[test]
    fn a_damaged_kubeconfig_does_not_make_it_panic(
        at in 0.0..1.0_f64, len in 0..40_usize, put in "[-:{}\\[\\]&*!|>'\"#%@,? \n\ta-z0-9]{0,12}", strict in any::<bool>(),
    ) {
        let whole = "clusters:\n- name: c\n  cluster: {server: 'https://c:6443', proxy-url: 'http://a:b@p', tls-server-name: k}\n\
            users:\n- name: u\n  user:\n    exec: {apiVersion: client.authentication.k8s.io/v1, command: aws, args: [a], env: [{name: A, value: b}]}\n\
            - {name: v, user: {token: t, as: j, as-groups: [g]}}\n- {name: w, user: {username: a, password: b}}\n\
            contexts:\n- {name: u, context: {cluster: c, user: u}}\n- {name: v, context: {cluster: c, user: v, namespace: n}}\n\
            - {name: w, context: {cluster: c, user: w}}\ncurrent-context: u\n";
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in a short text")]
        let at = (at * whole.len() as f64) as usize;
        let damaged = format!("{}{put}{}", &whole[..at], &whole[(at + len).min(whole.len())..]);
        let policy = if strict { TrustPolicy::for_secrets() } else { local().with_files(false) };
        if let Ok(config) = parse(damaged, &policy, None) {
            for (name, spec) in config.contexts() {
                match spec {
                    Ok(spec) => prop_assert_eq!(config.context(name).unwrap().change_from(&spec), crate::spec::Change::None),
                    Err(error) => drop(chain(&error)),
                }
            }
        }
    }

    #[test]
    fn reading_twice_is_no_change(server in "https://[a-z]{1,9}:[1-9][0-9]{0,3}/[a-z]{0,4}", token in "[!-~&&[^'\"]]{0,30}", ns in "[a-z]{0,6}") {
        let text = serde_json::json!({
            "clusters": [{"name": "c", "cluster": {"server": server, "proxy-url": "http://a:b@p"}}],
            "users": [{"name": "u", "user": {"token": token}}],
            "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u", "namespace": ns}}],
        }).to_string();
        let (one, two) = (read(&text, &local()).unwrap(), read(&text, &local()).unwrap());
        prop_assert_eq!(one.change_from(&two), crate::spec::Change::None);
    }
}
