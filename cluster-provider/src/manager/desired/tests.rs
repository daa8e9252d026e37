//! Sources over real files, real HTTPS and an API server in the process.

use std::sync::Arc;
use std::time::Duration;

use core_client::ErrorChain;
use core_client::credentials::{Bundle, Credentials, Trust};
use core_client::http::{ClientOptions, Generation, HttpClient, RetryOptions, Token, TokenSource};
use core_client::options::HttpOptions;
use fake_cluster::faults::{Effect, Fault};
use fake_cluster::server::FakeCluster;
use http::{Request, Response, StatusCode, header};
use serde_json::json;
use tempfile::TempDir;
use testkit::pki::{Ca, Leaf};
use testkit::server::{Fault as ServerFault, TlsServer};

use super::*;

fn listing(ids: &[&str]) -> String {
    let entries: String = ids.iter().map(|id| format!("- cluster_id: {id}\n")).collect();
    format!("clusters:\n{entries}")
}

fn ids(desired: &DesiredClusters) -> Vec<&str> {
    desired.clusters.iter().map(|cluster| cluster.cluster_id.as_str()).collect()
}

fn chain(error: &SourceError) -> String {
    ErrorChain::new(error).to_string()
}

mod files {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    async fn load(folder: &TempDir) -> Result<DesiredClusters, SourceError> {
        DirectorySource::new("test", folder.path()).load().await
    }

    #[tokio::test]
    async fn a_directory_is_read_in_the_order_of_names() {
        let files = [("b.yaml", listing(&["b"])), ("a.yml", listing(&["a2", "a1"])), ("c.json", listing(&[]))];
        let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let folder = folder(&files);
        std::fs::write(folder.path().join("c.json"), r#"{"clusters": [{"cluster_id": "c"}]}"#).unwrap();
        std::fs::write(folder.path().join("README.md"), "no list").unwrap();
        std::fs::write(folder.path().join(".hidden.yaml"), "no list").unwrap();
        let read = load(&folder).await.unwrap();
        assert_eq!(ids(&read), ["a2", "a1", "b", "c"]);
        assert!(read.is_whole() && read.warnings.is_empty());
    }

    #[tokio::test]
    async fn a_bad_file_of_a_directory_is_told_by_name_and_the_others_are_read() {
        let folder = folder(&[("1.yaml", &listing(&["a"])), ("2.yaml", "clusters: ["), ("3.yaml", "")]);
        // What cannot be read at all: a directory, and a file that is no text.
        std::fs::create_dir(folder.path().join("4.yaml")).unwrap();
        std::fs::write(folder.path().join("5.yaml"), [0xff, 0xfe]).unwrap();
        std::fs::write(folder.path().join("6.yaml"), listing(&["b"])).unwrap();
        let read = load(&folder).await.unwrap();
        assert_eq!(ids(&read), ["a", "b"]);
        assert_eq!(read.unread.len(), 4, "{:?}", read.unread);
        for (error, name) in read.unread.iter().zip(["2.yaml", "3.yaml", "4.yaml", "5.yaml"]) {
            assert!(error.to_string().contains(name), "{error}");
        }
    }

    #[tokio::test]
    async fn a_directory_that_is_not_there_or_lists_nothing_is_an_error_and_no_empty_list() {
        let folder = folder(&[("README.md", "no list")]);
        assert!(chain(&load(&folder).await.unwrap_err()).contains("clusters: []"));
        let gone = DirectorySource::new("test", folder.path().join("gone")).load().await.unwrap_err();
        assert!(matches!(&gone, SourceError::Unreadable { place, .. } if place.ends_with("gone")), "{gone}");
        std::fs::write(folder.path().join("none.yaml"), "clusters: []").unwrap();
        assert!(load(&folder).await.unwrap().clusters.is_empty());
    }

    #[tokio::test]
    async fn a_file_without_end_is_not_read_to_its_end() {
        let folder = folder(&[]);
        let path = folder.path().join("long.yaml");
        std::fs::File::create(&path).unwrap().set_len(parts::LONGEST + 1).unwrap();
        let error = FileSource::new("test", &path).load().await.unwrap_err();
        assert!(chain(&error).contains("longer than"), "{}", chain(&error));
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_pipe_that_nobody_writes_to_is_told_and_not_waited_for() {
        let folder = folder(&[("1.yaml", &listing(&["a"]))]);
        let pipe = folder.path().join("2.yaml");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        // What hangs in an opened pipe hangs the end of the test too, so that it is let go of.
        let writer = pipe.clone();
        let read = tokio::time::timeout(Duration::from_secs(10), load(&folder)).await;
        if read.is_err() {
            drop(std::fs::OpenOptions::new().read(true).write(true).open(writer));
        }
        let read = read.expect("it waits for a writer").unwrap();
        assert_eq!((ids(&read), read.unread.len()), (vec!["a"], 1));
        let told = chain(&read.unread[0]);
        assert!(told.contains("2.yaml") && told.contains("no file"), "{told}");
        // A link to a file is one: so are ConfigMaps mounted.
        std::fs::remove_file(&pipe).unwrap();
        std::fs::write(folder.path().join("list"), listing(&["b"])).unwrap();
        std::os::unix::fs::symlink("list", &pipe).unwrap();
        assert_eq!(ids(&load(&folder).await.unwrap()), ["a", "b"]);
    }
}

mod remote {
    use std::sync::Mutex;

    use super::*;

    const SENTINEL: &str = "s3ntinel-token";

    #[derive(Debug)]
    struct Shows;

    #[async_trait]
    impl TokenSource for Shows {
        async fn token(&self, _: &Arc<Generation>) -> Result<Token, core_client::Error> {
            Ok(Token::new(SENTINEL.to_owned()))
        }

        fn invalidate(&self, _: &Token) {}
    }

    struct World {
        server: TlsServer,
        servers: Ca,
        text: Arc<Mutex<(String, &'static str)>>,
    }

    impl World {
        /// A server of one document, with an entity tag.
        async fn new() -> Self {
            let servers = Ca::new("servers");
            let text = Arc::new(Mutex::new((listing(&["a"]), "\"1\"")));
            let held = Arc::clone(&text);
            let answer = move |request: Request<bytes::Bytes>| {
                let (text, tag) = held.lock().unwrap().clone();
                let same = request.headers().get(header::IF_NONE_MATCH).is_some_and(|known| known == tag);
                let (status, body) =
                    if same { (StatusCode::NOT_MODIFIED, String::new()) } else { (StatusCode::OK, text) };
                Response::builder().status(status).header(header::ETAG, tag).body(body.into()).unwrap()
            };
            let server = TlsServer::builder(&servers.issue(Leaf::server())).handler(answer).start().await;
            Self { server, servers, text }
        }

        fn write(&self, text: &str, tag: &'static str) {
            *self.text.lock().unwrap() = (text.to_owned(), tag);
        }

        fn trust(&self) -> Credentials {
            Credentials::fixed(Bundle::new(None, Trust::from_pem(self.servers.pem().as_bytes()).unwrap()))
        }

        fn source(&self) -> HttpSource {
            self.source_with(ClientOptions::default())
        }

        fn source_with(&self, options: ClientOptions) -> HttpSource {
            let endpoint = HttpOptions::new("lists").with_host(self.server.url()).endpoint().unwrap();
            let options = options.with_retry(RetryOptions::none());
            let http = HttpClient::builder(endpoint, self.trust()).options(options).build().unwrap();
            HttpSource::new("test", http, "fleet/clusters.yaml?key=s3ntinel-query")
        }
    }

    #[tokio::test]
    async fn what_has_not_changed_is_not_sent_again() {
        let world = World::new().await;
        let source = world.source();
        for _ in 0..3 {
            assert_eq!(ids(&source.load().await.unwrap()), ["a"]);
        }
        let known = |at: usize| world.server.requests()[at].headers.get(header::IF_NONE_MATCH).cloned();
        assert_eq!((known(0), known(1).unwrap().to_str().unwrap()), (None, "\"1\""));
        world.write(&listing(&["b"]), "\"2\"");
        assert_eq!(ids(&source.load().await.unwrap()), ["b"]);
        assert_eq!(ids(&source.load().await.unwrap()), ["b"]);
        world.server.shutdown().await;
    }

    #[tokio::test]
    async fn an_answer_that_is_no_list_is_an_error_and_the_last_good_one_stays_known() {
        let world = World::new().await;
        let source = world.source();
        source.load().await.unwrap();
        for fault in [
            ServerFault::status(500),
            ServerFault::status(404),
            ServerFault::status(204),
            ServerFault::status(200),
            ServerFault::redirect(302, "https://elsewhere.example/"),
            ServerFault::body(206, "application/yaml", "clusters: []"),
            ServerFault::body(200, "text/html", "<html>sign in</html>"),
            ServerFault::body(200, "application/json", r#"{"message":"rate limit exceeded"}"#),
            ServerFault::body(200, "application/yaml", "clusters: [{cluster_id: a"),
            ServerFault::body(200, "application/yaml", &[0xff_u8, 0xfe][..]),
            ServerFault::CloseMidBody { status: StatusCode::OK, body: "clusters: []".into() },
            ServerFault::Close,
        ] {
            let shown = format!("{fault:?}");
            world.server.fail_next([fault]);
            let error = source.load().await.expect_err(&shown);
            assert!(!chain(&error).contains("s3ntinel"), "{}", chain(&error));
        }
        assert_eq!(ids(&source.load().await.unwrap()), ["a"]);
        // A server that says that nothing changed to somebody who knows nothing.
        world.server.fail_next([ServerFault::status(304)]);
        world.source().load().await.unwrap_err();
        world.server.shutdown().await;
    }

    #[tokio::test]
    async fn an_answer_that_is_late_or_too_long_is_given_up() {
        let world = World::new().await;
        let hurried = ClientOptions::default().with_total_timeout(Duration::from_millis(300));
        world.server.fail_next([ServerFault::Never]);
        world.source_with(hurried.clone()).load().await.unwrap_err();
        world.server.fail_next([ServerFault::StallMidBody("clusters:\n".into())]);
        world.source_with(hurried).load().await.unwrap_err();
        world.write(&listing(&["x"; 100]), "\"3\"");
        let short = world.source_with(ClientOptions::default().with_max_response_bytes(100));
        assert!(chain(&short.load().await.unwrap_err()).contains("large"));
        world.server.shutdown().await;
    }

    #[tokio::test]
    async fn a_token_is_shown_to_the_server_and_to_nobody_else() {
        let world = World::new().await;
        let source = world.source().with_token_source(Arc::new(Shows));
        source.load().await.unwrap();
        let shown = world.server.requests()[0].headers[header::AUTHORIZATION].to_str().unwrap().to_owned();
        assert_eq!(shown, format!("Bearer {SENTINEL}"));
        world.server.fail_next([ServerFault::status(403)]);
        let error = source.load().await.unwrap_err();
        let told = format!("{source:?} {error:?} {}", chain(&error));
        assert!(!told.contains("s3ntinel"), "{told}");
        assert!(told.contains("/fleet/clusters.yaml"), "{told}");
        world.server.shutdown().await;
    }

    #[tokio::test]
    async fn a_url_is_taken_apart_and_one_with_a_password_or_in_the_clear_is_refused() {
        let world = World::new().await;
        let url = format!("{}/fleet/list.yaml?ref=main", world.server.url());
        let source = HttpSource::at("test", &url, world.trust()).unwrap();
        source.load().await.unwrap();
        assert_eq!(world.server.requests()[0].target, "/fleet/list.yaml?ref=main");
        for wrong in [
            "http://lists.example/a",
            "https://me:s3ntinel@lists.example/a",
            "lists.example/a",
            "file:///a",
            "https://lists.example/a/..?key=s3ntinel",
            "https://lists.example/a/..#s3ntinel",
        ] {
            let error = HttpSource::at("test", wrong, world.trust()).unwrap_err();
            let told = format!("{error:?} {}", ErrorChain::new(&error));
            assert!(!told.contains("s3ntinel"), "{told}");
        }
        let url = format!("{}/fleet/list.yaml?ref=main#s3ntinel/a", world.server.url());
        let source = HttpSource::at("test", &url, world.trust()).unwrap();
        source.load().await.unwrap();
        assert_eq!(world.server.requests()[1].target, "/fleet/list.yaml?ref=main");
        let root = HttpSource::at("test", world.server.url().as_str(), world.trust()).unwrap();
        root.load().await.unwrap();
        world.server.shutdown().await;
    }
}

mod config_map {
    use super::*;

    const PATH: &str = "/api/v1/namespaces/default/configmaps/fleet";

    fn object(data: &serde_json::Value) -> serde_json::Value {
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "fleet", "namespace": "default"}, "data": data})
    }

    async fn world() -> (FakeCluster, ConfigMapSource) {
        let cluster = FakeCluster::start().await.unwrap();
        let source = ConfigMapSource::new("test", cluster.client().unwrap(), "default", "fleet");
        (cluster, source)
    }

    #[tokio::test]
    async fn a_config_map_that_is_not_there_is_an_error_and_no_empty_list() {
        let (cluster, source) = world().await;
        let error = source.load().await.unwrap_err();
        assert_eq!(error.to_string(), "desired clusters cannot be read from ConfigMap default/fleet");
        for data in [json!(null), json!({}), json!({"notes": "clusters: []"})] {
            let made = cluster.create(object(&data)).unwrap();
            assert!(chain(&source.load().await.unwrap_err()).contains("none of its keys"), "{made:?}");
            cluster.api().request(http::Method::DELETE, PATH, None).unwrap();
        }
        cluster.shutdown().await;
    }

    #[tokio::test]
    async fn its_keys_are_lists_and_a_bad_one_is_told() {
        let (cluster, source) = world().await;
        let data = json!({"b.yaml": listing(&["b"]), "a.yaml": listing(&["a"]), "c.yaml": "", "notes": "x", "named": listing(&["other"])});
        cluster.create(object(&data)).unwrap();
        let read = source.load().await.unwrap();
        assert_eq!(ids(&read), ["a", "b"]);
        assert_eq!(read.unread.len(), 1);
        assert!(read.unread[0].to_string().contains("ConfigMap default/fleet, key c.yaml"), "{}", read.unread[0]);
        assert_eq!(ids(&source.clone().with_key("named").load().await.unwrap()), ["other"]);
        assert!(chain(&source.with_key("gone").load().await.unwrap_err()).contains("\"gone\""));
        cluster.shutdown().await;
    }

    #[tokio::test]
    async fn a_server_that_refuses_or_hangs_is_an_error() {
        let (cluster, source) = world().await;
        cluster.create(object(&json!({"a.yaml": "clusters: []"}))).unwrap();
        cluster.faults().add(Fault::new(Effect::unauthorized()).on_resource("configmaps").times(1));
        assert!(source.load().await.is_err());
        cluster.faults().add(Fault::new(Effect::Hang).on_resource("configmaps").times(1));
        let error = source.clone().with_timeout(Duration::from_millis(100)).load().await.unwrap_err();
        assert!(chain(&error).contains("not read within"), "{}", chain(&error));
        assert!(source.load().await.unwrap().clusters.is_empty());
        cluster.shutdown().await;
    }
}
