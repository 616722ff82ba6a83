// Owned by mcpgen: edits are overwritten.
//! One call of the upstream, filled in statement by statement.
//!
//! Values are anything that serde can write: text, numbers, booleans and enums become their plain
//! text, lists and objects as each part of a request has them, and `None` leaves a part out. What
//! goes wrong on the way is kept, and told when the request is sent.

use mcp_base::{Error, plain};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};
use serde::Serialize;
use serde_json::{Map, Value};

/// All but what RFC 3986 calls unreserved.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The longest list that a body is given item by item.
const LONGEST_LIST: usize = 1000;

/// One call of the upstream.
#[derive(Debug)]
pub struct Request {
    pub(crate) method: Method,
    pub(crate) template: &'static str,
    path: Vec<(&'static str, String)>,
    query: Vec<(&'static str, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Value>,
    repeat: bool,
    problem: Option<Error>,
}

impl Request {
    /// A request that reads; `template` is a path such as `/v1/forecast/{city}`.
    #[must_use]
    pub fn get(template: &'static str) -> Self {
        Self::new(Method::GET, template)
    }

    /// A request that reads nothing but headers.
    #[must_use]
    pub fn head(template: &'static str) -> Self {
        Self::new(Method::HEAD, template)
    }

    /// A request that creates or does something.
    #[must_use]
    pub fn post(template: &'static str) -> Self {
        Self::new(Method::POST, template)
    }

    /// A request that replaces something.
    #[must_use]
    pub fn put(template: &'static str) -> Self {
        Self::new(Method::PUT, template)
    }

    /// A request that changes something.
    #[must_use]
    pub fn patch(template: &'static str) -> Self {
        Self::new(Method::PATCH, template)
    }

    /// A request that deletes something.
    #[must_use]
    pub fn delete(template: &'static str) -> Self {
        Self::new(Method::DELETE, template)
    }

    fn new(method: Method, template: &'static str) -> Self {
        Self {
            method,
            template,
            path: Vec::new(),
            query: Vec::new(),
            headers: HeaderMap::new(),
            body: None,
            repeat: false,
            problem: None,
        }
    }

    /// Fills in `{name}` of the template; a list is joined by commas.
    ///
    /// Everything but letters, digits and `-._~` is percent-encoded, so that a value never reaches
    /// beyond its place. It must not be empty.
    pub fn path<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) {
        let text = plain(value);
        if text.is_empty() {
            self.refuse(Error::tool(format!("`{name}` must not be empty")));
        }
        self.path.push((name, text));
    }

    /// Adds a query parameter; a list repeats it.
    pub fn query<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) {
        match self.value(value) {
            Value::Null => {}
            Value::Array(items) => {
                self.query.extend(items.iter().map(|item| (name, plain(item))));
            }
            one => self.query.push((name, plain(&one))),
        }
    }

    /// Adds a header, or replaces it; a list is joined by commas.
    pub fn header<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) {
        let value = self.value(value);
        if value.is_null() {
            return;
        }
        match (HeaderName::from_bytes(name.as_bytes()), HeaderValue::try_from(plain(&value))) {
            (Ok(name), Ok(value)) => {
                self.headers.insert(name, value);
            }
            (Err(cause), _) => self.refuse(Error::internal(cause)),
            (_, Err(_)) => {
                let message = format!("the header `{name}` cannot hold this text");
                self.refuse(Error::tool(message));
            }
        }
    }

    /// Makes this value the whole body, as JSON.
    pub fn json<T: Serialize + ?Sized>(&mut self, value: &T) {
        self.body = Some(self.value(value));
    }

    /// Sets one field of a JSON body; `pointer` says where, such as `/address/city`. A
    /// number is a place in a list, as in RFC 6901; what is missing before it is null.
    pub fn field<T: Serialize + ?Sized>(&mut self, pointer: &str, value: &T) {
        let value = self.value(value);
        if value.is_null() {
            return;
        }
        let body = self.body.get_or_insert_with(|| Value::Object(Map::new()));
        if !set(body, pointer, value) {
            let cause = format!("the body has no place `{pointer}`");
            self.refuse(Error::internal(cause));
        }
    }

    /// Allows a repetition although the method is not idempotent: the upstream copes with it.
    pub fn retry(&mut self) {
        self.repeat = true;
    }

    /// Whether the call may be sent again without doing more than once.
    pub(crate) fn may_repeat(&self) -> bool {
        self.repeat || self.method.is_idempotent()
    }

    /// What went wrong when the request was filled in.
    pub(crate) fn problem(&mut self) -> Result<(), Error> {
        self.problem.take().map_or(Ok(()), Err)
    }

    /// The address of the call.
    pub(crate) fn url(&self, endpoint: &Url) -> Result<Url, Error> {
        let path = filled(self.template, &self.path)?;
        let address = format!("{}{path}", endpoint.as_str().trim_end_matches('/'));
        let mut url: Url = address.parse().map_err(|_| {
            Error::internal(format!("`{}` is no path of an address", self.template))
        })?;
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        Ok(url)
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Value {
        serde_json::to_value(value).unwrap_or_else(|cause| {
            self.refuse(Error::internal(cause));
            Value::Null
        })
    }

    /// The first problem is the one that is told.
    fn refuse(&mut self, problem: Error) {
        self.problem.get_or_insert(problem);
    }
}

/// The template with its values, each within its own segment.
fn filled(template: &str, values: &[(&str, String)]) -> Result<String, Error> {
    let mut path = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let found = after
            .split_once('}')
            .and_then(|(name, after)| Some((values.iter().find(|value| value.0 == name)?, after)));
        let Some(((_, value), after)) = found else {
            return Err(Error::internal(format!("`{template}` is not filled in")));
        };
        path.push_str(before);
        path.extend(utf8_percent_encode(value, ENCODED));
        rest = after;
    }
    path.push_str(rest);
    // Even encoded, servers and clients take these two for steps in the tree.
    if path.split('/').any(|segment| matches!(segment, "." | "..")) {
        return Err(Error::tool("a part of an address must not be `.` or `..`"));
    }
    Ok(path)
}

/// Sets a value at a place of an object, making the objects and lists on the way.
fn set(body: &mut Value, pointer: &str, value: Value) -> bool {
    let mut place = body;
    let mut steps = pointer.split('/');
    if steps.next() != Some("") {
        return false;
    }
    for step in steps {
        let step = step.replace("~1", "/").replace("~0", "~");
        let index = step.parse::<usize>().ok().filter(|index| *index < LONGEST_LIST);
        if place.is_null() {
            let is_list = index.is_some();
            *place = if is_list { Value::Array(Vec::new()) } else { Value::Object(Map::new()) };
        }
        place = match (place, index) {
            (Value::Object(fields), _) => fields.entry(step).or_insert(Value::Null),
            (Value::Array(items), Some(index)) => {
                if items.len() <= index {
                    items.resize(index + 1, Value::Null);
                }
                &mut items[index]
            }
            _ => return false,
        };
    }
    *place = value;
    true
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn url(request: &Request) -> Result<String, Error> {
        let endpoint = "https://api.example/base/".parse().expect("an address");
        request.url(&endpoint).map(String::from)
    }

    fn at(value: &str) -> Result<String, Error> {
        let mut request = Request::get("/v1/{city}/now");
        request.path("city", value);
        request.problem()?;
        url(&request)
    }

    #[test]
    fn values_stay_in_their_segment() {
        let rows = [
            ("Oslo", "Oslo"),
            ("a/b", "a%2Fb"),
            ("../x", "..%2Fx"),
            ("a?b#c", "a%3Fb%23c"),
            ("100%", "100%25"),
            ("São Paulo", "S%C3%A3o%20Paulo"),
            ("a;b=c&d", "a%3Bb%3Dc%26d"),
            ("{city}", "%7Bcity%7D"),
            ("...", "..."),
            ("\\..\\", "%5C..%5C"),
        ];
        for (value, segment) in rows {
            let expected = format!("https://api.example/base/v1/{segment}/now");
            assert_eq!(at(value).expect("an address"), expected);
        }
    }

    #[test]
    fn steps_in_the_tree_are_refused() {
        for value in ["", ".", ".."] {
            let error = at(value).expect_err("no address");
            assert_eq!(error.kind(), mcp_base::Kind::Tool, "{value:?}");
        }
        let mut request = Request::get("/{a}{b}");
        request.path("a", ".");
        request.path("b", ".");
        assert!(url(&request).is_err());
    }

    #[test]
    fn a_value_that_is_missing_is_refused() {
        let mut request = Request::get("/{city}");
        assert_eq!(url(&request).expect_err("not filled in").kind(), mcp_base::Kind::Internal);
        request.path("city", &None::<String>);
        let problem = request.problem().expect_err("empty");
        assert_eq!(problem.message(), "`city` must not be empty");
    }

    #[test]
    fn queries_take_every_kind_of_value() {
        let mut request = Request::get("/v1");
        request.query("days", &3);
        request.query("text", "a b&c=ü");
        request.query("none", &None::<i64>);
        request.query("tag", &["x", "y"]);
        request.query("empty", "");
        request.query("filter", &json!({ "a": 1 }));
        assert_eq!(
            url(&request).expect("an address"),
            "https://api.example/base/v1?days=3&text=a+b%26c%3D%C3%BC&tag=x&tag=y&empty=&filter=%7B%22a%22%3A1%7D"
        );
    }

    #[test]
    fn a_query_in_the_template_is_kept() {
        let mut request = Request::get("/v1?fixed=1");
        request.query("days", &3);
        assert_eq!(
            url(&request).expect("an address"),
            "https://api.example/base/v1?fixed=1&days=3"
        );
    }

    #[test]
    fn headers_hold_no_line_breaks() {
        let mut request = Request::get("/");
        request.header("X-Tags", &["a", "b"]);
        request.header("X-None", &None::<&str>);
        assert_eq!(request.headers.get("x-tags").map(HeaderValue::as_bytes), Some(&b"a,b"[..]));
        assert_eq!(request.headers.len(), 1);
        assert!(request.problem().is_ok());
        request.header("X-City", "a\r\nHost: b");
        let problem = request.problem().expect_err("a line break");
        assert_eq!(problem.message(), "the header `X-City` cannot hold this text");
    }

    #[test]
    fn a_body_is_built_field_by_field() {
        let mut request = Request::post("/");
        request.field("/address/city", "Oslo");
        request.field("/address/zip", &None::<&str>);
        request.field("/a~1b", &[1, 2]);
        assert_eq!(request.body, Some(json!({ "address": { "city": "Oslo" }, "a/b": [1, 2] })));
        assert!(request.problem().is_ok());
        request.field("/address/city/name", "Oslo");
        assert!(request.problem().is_err());
    }

    #[test]
    fn a_number_is_a_place_in_a_list() {
        let mut request = Request::post("/");
        request.field("/lines/0/sku", "a");
        request.field("/lines/0/count", &2);
        request.field("/tags/0", &None::<&str>);
        request.field("/tags/1", "x");
        let expected = json!({ "lines": [{ "sku": "a", "count": 2 }], "tags": [null, "x"] });
        assert_eq!(request.body, Some(expected));
    }

    #[test]
    fn only_idempotent_calls_are_repeated() {
        let (mut post, mut patch) = (Request::post("/"), Request::patch("/"));
        assert!(Request::get("/").may_repeat() && Request::head("/").may_repeat());
        assert!(Request::put("/").may_repeat() && Request::delete("/").may_repeat());
        assert!(!post.may_repeat() && !patch.may_repeat());
        post.retry();
        patch.retry();
        assert!(post.may_repeat() && patch.may_repeat());
    }
}
