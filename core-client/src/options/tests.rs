use std::collections::HashMap;

use super::*;

fn region(host: &str) -> HttpOptions {
    HttpOptions::new("region").with_host(host)
}

fn problem(host: &str) -> HostProblem {
    match region(host).endpoint() {
        Err(OptionsError::Host { flag, problem, .. }) => {
            assert_eq!(flag, "--region-host");
            problem
        }
        other => panic!("{host}: {other:?}"),
    }
}

#[test]
fn trailing_slashes_never_double_and_a_path_prefix_is_kept() {
    for (host, base, joined) in [
        ("https://h", "https://h", "https://h/api/v2/x"),
        ("https://h/", "https://h", "https://h/api/v2/x"),
        ("https://h//", "https://h", "https://h/api/v2/x"),
        ("https://h/p", "https://h/p", "https://h/p/api/v2/x"),
        ("https://h/p/", "https://h/p", "https://h/p/api/v2/x"),
        ("https://h:8443/p/q//", "https://h:8443/p/q", "https://h:8443/p/q/api/v2/x"),
        ("HTTPS://H:443/P", "https://h/P", "https://h/P/api/v2/x"),
        ("https://[::1]:6443", "https://[::1]:6443", "https://[::1]:6443/api/v2/x"),
    ] {
        let endpoint = region(host).endpoint().unwrap();
        assert_eq!(endpoint.base(), base);
        for path in ["/api/v2/x", "api/v2/x", "//api/v2/x"] {
            assert_eq!(endpoint.join(path).unwrap().as_str(), joined);
        }
    }
}

#[test]
fn a_joined_path_keeps_its_query_and_cannot_leave_the_base() {
    let endpoint = region("https://h/p").endpoint().unwrap();
    assert_eq!(endpoint.join("/x?tag=a%2Fb&tag=c").unwrap().as_str(), "https://h/p/x?tag=a%2Fb&tag=c");
    assert_eq!(endpoint.join("/x/%2F%2e").unwrap().as_str(), "https://h/p/x/%2F%2e");
    for path in ["../x", "/a/../../x", "/%2e%2e/x", "/./../y", "..\\x"] {
        let error = endpoint.join(path).unwrap_err();
        assert!(matches!(&error, OptionsError::Path { .. }), "{path}");
        assert!(error.to_string().contains("https://h/p"), "{error}");
    }
    assert_eq!(endpoint.join("@evil.example/").unwrap().host_str(), Some("h"));
}

/// W-13
#[test]
fn a_host_that_is_no_base_url_is_refused_with_its_flag_and_value() {
    for (host, expected) in [
        ("region.example.com", HostProblem::NotAbsolute),
        ("/api", HostProblem::NotAbsolute),
        ("https:region.example.com", HostProblem::NotAbsolute),
        ("https://", HostProblem::NotAbsolute),
        ("https:///path", HostProblem::NotAbsolute),
        ("https://h:99999", HostProblem::NotAbsolute),
        ("http://h", HostProblem::PlainHttp),
        ("HTTP://h", HostProblem::PlainHttp),
        ("ftp://h", HostProblem::Scheme),
        ("unix:///run/socket", HostProblem::Scheme),
        ("https://user:secret@h", HostProblem::UserInfo),
        ("https://@h", HostProblem::UserInfo),
        ("https://h?token=secret", HostProblem::Query),
        ("https://h/p?", HostProblem::Query),
        ("https://h/#top", HostProblem::Fragment),
        ("https://h//p", HostProblem::EmptySegment),
        (" https://h", HostProblem::Characters),
        ("https://h\n", HostProblem::Characters),
        ("https://ex\tample", HostProblem::Characters),
        ("https://h\\p", HostProblem::Characters),
    ] {
        assert_eq!(problem(host), expected, "{host}");
        let error = region(host).endpoint().unwrap_err().to_string();
        assert!(error.starts_with("--region-host is "), "{error}");
        assert!(!error.contains("secret"), "{error}");
    }
    assert_eq!(
        region("http://h/p").endpoint().unwrap_err().to_string(),
        "--region-host is \"http://h/p\", which would send everything in the clear; use https://, or allow plain HTTP explicitly"
    );
    assert_eq!(
        region("https://user:secret@h/p?q=secret").endpoint().unwrap_err().to_string(),
        "--region-host is \"https://\u{2026}@h/p\", which carries a user name or password; remove it, services authenticate by certificate"
    );
}

/// W-13
#[test]
fn plain_http_needs_explicit_consent() {
    let endpoint = region("http://127.0.0.1:8080/").with_insecure_http().endpoint().unwrap();
    assert_eq!(endpoint.base(), "http://127.0.0.1:8080");
    assert_eq!(endpoint.authority(), "127.0.0.1:8080");
    assert!(region("ftp://h").with_insecure_http().endpoint().unwrap_err().to_string().contains("use https"));
}

#[test]
fn a_missing_host_names_the_flag_and_gives_an_example() {
    let error = HttpOptions::new("identity").endpoint().unwrap_err();
    assert_eq!(error, OptionsError::MissingHost { flag: "--identity-host".to_owned() });
    assert!(error.to_string().contains("--identity-host is not set; give"), "{error}");
}

/// W-07
#[test]
fn a_half_configured_ca_secret_is_refused_naming_both_flags() {
    for (namespace, name, given, missing) in [
        ("cert-manager", "", "--region-ca-secret-namespace", "--region-ca-secret-name"),
        ("", "unikorn-ca", "--region-ca-secret-name", "--region-ca-secret-namespace"),
    ] {
        let error = region("https://h").with_ca_secret(namespace, name).endpoint().unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("{given} is \"{namespace}{name}\" but {missing} is empty; set both or neither")
        );
    }
    let endpoint = region("https://h").with_ca_secret("cert-manager", "unikorn-ca").endpoint().unwrap();
    assert_eq!(endpoint.ca(), Some(&SecretRef::new("cert-manager", "unikorn-ca")));
    assert_eq!(region("https://h").endpoint().unwrap().ca(), None);
}

/// W-08
#[test]
fn a_half_configured_client_certificate_is_refused_naming_both_flags() {
    let (namespace, name) = ("--client-certificate-namespace", "--client-certificate-name");
    for (options, given, missing) in [
        (HttpClientOptions::new().with_certificate("unikorn", ""), namespace, name),
        (HttpClientOptions::new().with_certificate("", "region-client"), name, namespace),
    ] {
        let error = options.identity().unwrap_err();
        assert!(matches!(error, OptionsError::HalfConfigured { .. }));
        let text = error.to_string();
        assert!(text.starts_with(given) && text.contains(&format!("{missing} is empty")), "{text}");
    }
    assert_eq!(HttpClientOptions::new().identity(), Ok(None));
    let both = HttpClientOptions::new().with_certificate("unikorn", "region-client");
    assert_eq!(both.identity().unwrap().unwrap().to_string(), "unikorn/region-client");
}

#[test]
fn variables_are_the_flags_in_upper_case() {
    let variables = HashMap::from([
        ("REGION_HOST", "https://h/p"),
        ("REGION_CA_SECRET_NAMESPACE", "cert-manager"),
        ("REGION_CA_SECRET_NAME", "unikorn-ca"),
        ("CLIENT_CERTIFICATE_NAMESPACE", "unikorn"),
        ("CLIENT_CERTIFICATE_NAME", "region-client"),
        ("CLIENT_CERTIFICATE_RELOAD_INTERVAL", "1h30m"),
    ]);
    let lookup = |name: &str| variables.get(name).map(|value| (*value).to_owned());
    let options = HttpOptions::from_env_with("region", lookup).unwrap();
    assert_eq!(options, region("https://h/p").with_ca_secret("cert-manager", "unikorn-ca"));
    let client = HttpClientOptions::from_env_with(lookup).unwrap();
    assert_eq!(client.identity().unwrap(), Some(SecretRef::new("unikorn", "region-client")));
    assert_eq!(client.reload_interval, "90m".parse().unwrap());
}

#[test]
fn an_empty_environment_gives_the_defaults() {
    assert_eq!(HttpOptions::from_env_with("region", |_| None).unwrap(), HttpOptions::new("region"));
    assert_eq!(HttpClientOptions::from_env_with(|_| Some(String::new())).unwrap(), HttpClientOptions::new());
    assert_eq!(HttpClientOptions::new().reload_interval, GoDuration::from_hours(24));
    // The variables of a name that nobody sets.
    assert_eq!(HttpOptions::from_env("no-such-service").unwrap(), HttpOptions::new("no-such-service"));
}

#[test]
fn a_bad_interval_in_the_environment_names_the_variable() {
    let error = HttpClientOptions::from_env_with(|_| Some("1d".to_owned())).unwrap_err();
    assert!(matches!(&error, OptionsError::Duration { .. }));
    assert!(error.to_string().starts_with("CLIENT_CERTIFICATE_RELOAD_INTERVAL"), "{error}");
    assert!(std::error::Error::source(&error).unwrap().to_string().contains("unknown unit"));
}

#[test]
fn options_are_read_and_written_by_serde() {
    let text =
        r#"{"service":"region","host":"https://h","caSecretNamespace":"n","caSecretName":"s","insecureHttp":false}"#;
    let options: HttpOptions = serde_json::from_str(text).unwrap();
    assert_eq!(options, region("https://h").with_ca_secret("n", "s"));
    assert_eq!(serde_json::to_string(&options).unwrap(), text);

    let client: HttpClientOptions = serde_json::from_str(r#"{"certificateName":"c","reloadInterval":"0s"}"#).unwrap();
    assert_eq!((client.certificate_name.as_str(), client.reload_interval), ("c", GoDuration::ZERO));
    assert!(serde_json::from_str::<HttpClientOptions>(r#"{"certificateNam":"c"}"#).is_err(), "typing errors are found");
    assert!(serde_json::from_str::<HttpClientOptions>(r#"{"reloadInterval":"1d"}"#).is_err());
}
