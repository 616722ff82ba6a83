// Owned by mcpgen: edits are overwritten.
//! The page as a browser gets it.

use mcp_base::{About, Auth, Server, StartError};
use mcp_testing::{Request, Setup};

fn server() -> Server<()> {
    let about = About {
        name: "page_v2",
        version: "1.0.0",
        description: "Has a page",
        port: 0,
        schemas: "{}",
    };
    let mut server = Server::new(about, || Ok::<(), StartError>(()));
    server.auth(Auth::Bearer);
    server.extension(mcp_docs::extension());
    server
}

#[tokio::test]
async fn the_page_needs_no_key_but_what_it_shows_does() {
    let server = Setup::new(server).start().await;
    let files = [
        ("/docs", "text/html"),
        ("/docs/page.css", "text/css"),
        ("/docs/page.js", "text/javascript"),
    ];
    for (path, media_type) in files {
        let response = server.send(Request::get(path).without_key()).await;
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(response.header("Content-Type"), Some(&*format!("{media_type}; charset=utf-8")));
        let policy = response.header("Content-Security-Policy").unwrap_or_default();
        assert!(policy.contains("default-src 'none'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
    }
    let document = server.send(Request::get("/openapi.json").without_key()).await;
    assert_eq!(document.status(), 401);
    assert_eq!(server.get("/openapi.json").await.status(), 200);
}

#[tokio::test]
async fn it_loads_nothing_from_elsewhere() {
    let server = Setup::new(server).start().await;
    for path in ["/docs", "/docs/page.css", "/docs/page.js"] {
        let response = server.get(path).await;
        assert!(!response.text().contains("://"), "{path} names another place");
    }
    let page = server.get("/docs").await;
    let loaded = page.text().split(['"', '\'']).filter(|text| text.starts_with("/docs/"));
    let loaded: Vec<_> = loaded.collect();
    assert_eq!(loaded, ["/docs/page.css", "/docs/page.js"]);
}

#[tokio::test]
async fn a_strange_host_gets_no_page() {
    let server = Setup::new(server).start().await;
    let request = Request::get("/docs").header("Host", "evil.example");
    assert_eq!(server.send(request).await.status(), 403);
}
