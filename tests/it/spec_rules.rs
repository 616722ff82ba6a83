//! Every rule on specs: one mistake, exactly one problem.

use mcpgen::spec::read;
use mcpgen::text::quote;

/// Each snippet follows a `[server]` table that is right, and makes these problems.
fn check(rules: &[(&str, &[&str])]) {
    for (snippet, expected) in rules {
        let text = format!("[server]\nname = \"x\"\ndescription = \"d\"\n{snippet}\n");
        let found: Vec<String> = match read(&text, "server.toml") {
            Ok(_) => Vec::new(),
            Err(problems) => problems.iter().map(|problem| problem.message.clone()).collect(),
        };
        assert_eq!(found, *expected, "{text}");
    }
}

#[test]
fn the_server_and_its_tables() {
    check(&[
        ("title = \"a\\nb\"", &["`title` has several lines"]),
        ("title = \"  \"", &["`title` is empty"]),
        ("title = \"a\\u0007\"", &["`title` holds a character that must not stand in a text"]),
        ("title = \"a\\u202e\"", &["`title` holds a character that must not stand in a text"]),
        ("title = \"a\\u200f\"", &[]),
        ("[tools.a]\ndescription = \"d\"\nrespond = { text = \"\\u202e\" }", &[]),
        (
            "[tools.a]\ndescription = \"d\"\nrespond = { text = \"\\u001b\" }",
            &["`text` holds a character that must not stand in a text"],
        ),
        ("port = 9004\nrange = \"v2\"", &["`port` and `range` are two answers to one question"]),
        ("port = 0", &["`port` is out of range"]),
        ("range = \"v 2\"", &["`v 2` is not the name of a range"]),
        ("[auth]\nmode = \"oauth\"", &[]),
        ("[auth]\nmode = \"oauth\"\nissuer = \"http://localhost:8080/realms/a\"\naudience = \"weather\"", &[]),
        ("[auth]\nmode = \"oauth\"\nissuer = \"login.example.com\"", &["`issuer` is not an address of the web"]),
        (
            "[auth]\nmode = \"oauth\"\nissuer = \"http://localhost.example.com\"",
            &["`issuer` is asked for its keys without TLS"],
        ),
        (
            "[auth]\nmode = \"oauth\"\nscopes = [\"a b\", \"c\", \"c\", \"\"]",
            &["`a b` is not a scope", "the scope `c` is there twice", "`` is not a scope", "`scopes` is empty"],
        ),
        ("[auth]\nmode = \"oauth\"\nallow_anonymous = true", &["`allow_anonymous` contradicts `mode = \"oauth\"`"]),
        (
            "[auth]\nmode = \"oauth\"\n[config.a]\ntype = \"string\"\nenv = \"OAUTH_ISSUER\"",
            &["the setting `a` and the setting `OAUTH_ISSUER` of `[auth]` would have the same environment variable, \
                 `OAUTH_ISSUER`"],
        ),
        ("[config.a]\ntype = \"string\"\nenv = \"OAUTH_ISSUER\"", &[]),
        (
            "[tools.a]\ndescription = \"d\"\nscopes = [\"x\"]",
            &["the tool `a` asks for scopes, and no access tokens are taken"],
        ),
        ("[auth]\nmode = \"bearer\"\nallow_anonymous = true", &["`allow_anonymous` contradicts `mode = \"bearer\"`"]),
        (
            "[auth]\nissuer = \"x\"\nscopes = []",
            &[
                "`issuer` says whose access tokens are taken, and none are",
                "`scopes` says whose access tokens are taken, and none are",
            ],
        ),
        ("[cache]\nbackend = \"Redis\"", &["`backend` cannot be `Redis`"]),
        ("[deploy]\nmemory = \"128MB\"", &["`128MB` is not an amount of memory"]),
        ("[deploy]\nmemory = \"4GiB\"\ncpus = 2", &[]),
        ("[deploy]\ncpus = nan", &["`cpus` is out of range"]),
        ("[alerts]\nerror_rate = 1.5", &["`error_rate` is out of range"]),
        ("[limit]", &["unknown key `limit` in the file"]),
    ]);
}

#[test]
fn tools_have_names_that_clients_accept_also_behind_the_name_of_the_server() {
    let named = |server: &str, tool: &str| {
        let tool = if tool.is_empty() { String::new() } else { format!("[tools.{tool}]\ndescription = \"d\"\n") };
        let text = format!("[server]\nname = \"{server}\"\ndescription = \"d\"\n{tool}");
        let found = read(&text, "server.toml").err();
        found.map(|all| all.iter().map(|one| (one.message.clone(), all.place(one).line)).collect::<Vec<_>>())
    };
    assert_eq!((named("x", &"a".repeat(53)), named(&"a".repeat(39), "")), (None, None));
    let expected = |server: &str, tool: &str, line| {
        let (tool, before) = (quote(tool), quote(&format!("mcp__{server}_v2__")));
        let what =
            format!("the tool {tool} has 65 characters behind the name of the server, {before}: clients accept 64");
        Some(vec![(what, line)])
    };
    assert_eq!(named("x", &"a".repeat(54)), expected("x", &"a".repeat(54), 4));
    assert_eq!(named(&"a".repeat(40), ""), expected(&"a".repeat(40), "process_request", 2));
    // Whatever is wrong with the name itself is said alone.
    let message = &named("x", &"a".repeat(65)).unwrap();
    assert!(message.len() == 1 && message[0].0.contains("more than 64"), "{message:?}");
}

#[test]
fn settings_and_the_upstream() {
    check(&[
        (
            "[config.Units]\ntype = \"string\"",
            &["the setting `Units` is not `snake_case`: only `a`–`z`, `0`–`9` and `_`"],
        ),
        ("[config.type]\ntype = \"string\"", &["the setting `type` is a keyword of Rust"]),
        (
            "[config.a]\ntype = \"array\"\nitems = \"string\"",
            &["the setting `a` is more than one value", "unknown key `items` in `[config.a]`"],
        ),
        ("[config.a]\ntype = \"object\"", &["the setting `a` is more than one value"]),
        (
            "[config.a]\ntype = \"string\"\nenv = \"my-var\"",
            &["the variable `my-var` is not a variable name in capital letters, digits and `_`"],
        ),
        (
            "[config.a]\ntype = \"string\"\nenv = \"PORT\"",
            &["the variable `PORT` already has a meaning for every server"],
        ),
        (
            "[config.a]\ntype = \"string\"\n[config.b]\ntype = \"string\"\nenv = \"X_A\"",
            &["the setting `b` and the setting `a` would have the same environment variable, `X_A`"],
        ),
        (
            "[config.a]\ntype = \"string\"\n[config.a_file]\ntype = \"string\"",
            &["the setting `a_file` and the setting `a` would have the same environment variable, `X_A_FILE`"],
        ),
        (
            "[config.a]\ntype = \"string\"\nsecret = true\ndefault = \"x\"",
            &["the secret `a` has a default, which would be in the source for all to read"],
        ),
        ("[config.a]\ntype = \"integer\"\nsecret = true", &["the secret `a` is not a plain string"]),
        (
            "[config.api_key]\ntype = \"string\"\n[upstream]\n[tools.a]\ndescription = \"d\"",
            &["the setting `api_key` is one that the upstream adds"],
        ),
        ("[config.api_key]\ntype = \"string\"\n[tools.a]\ndescription = \"d\"", &[]),
        ("[config.api_key]\ntype = \"string\"", &["the setting `api_key` is one that the upstream adds"]),
        ("[upstream]\nbase_url = \"api.example.com\"", &["`base_url` is not an address of the web"]),
        ("[upstream]\nbase_url = \"https://\"", &["`base_url` has no valid host"]),
        ("[upstream]\nbase_url = \"https://a:70000\"", &["`base_url` has no valid host"]),
        ("[upstream]\nbase_url = \"https://u:p@a.example\"", &["`base_url` holds a user name"]),
        ("[upstream]\nbase_url = \"https://a.example?x=1\"", &["`base_url` has a query or a fragment"]),
        ("[upstream]\nbase_url = \"https://a.example/ä\"", &["`base_url` has characters that a URI cannot hold"]),
        ("[upstream]\nauth = \"token\"", &["`token` is not a way to identify a call"]),
        ("[upstream]\nauth = \"header:a b\"", &["the header `a b` is not a valid name"]),
        ("[upstream]\nauth = \"query:\"", &["`query:` is not a way to identify a call"]),
        ("[upstream]\nauth = \"header:X-API-Key\"", &[]),
    ]);
}

/// Puts a field into the input of a tool.
fn field(text: &str) -> String {
    format!("[tools.a]\ndescription = \"d\"\n[tools.a.input]\n{text}")
}

#[test]
fn fields_and_their_types() {
    for (text, expected) in [
        ("a = \"int\"", &["there is no type `int`"][..]),
        ("a = \"array\"", &["an array has to say what its items are"]),
        ("a = { type = \"array\" }", &["an array has to say what its items are"]),
        (
            "a = { type = \"array\", items = { type = \"string\", description = \"d\" } }",
            &["`description` cannot be given here"],
        ),
        ("a = { type = \"string[]\" }", &["there is no type `string[]`"]),
        ("a = {}", &["`[tools.a.input.a]` has no `type`"]),
        ("a = 3", &["`a` is an integer, where a string or a table belongs"]),
        ("\"a b\" = \"string\"", &["the field `a b` has characters other than ASCII letters, digits, `_` and `-`"]),
        ("_1 = \"string\"", &["the field `_1` has no letter before its first digit"]),
        ("aB = \"string\"\na_b = \"string\"", &["the fields `aB` and `a_b` are one in Rust, `a_b`"]),
        ("a = { type = \"integer\", min_length = 1 }", &["`min_length` says nothing about `integer`"]),
        ("a = { type = \"integer\", enum = [\"a\"] }", &["`enum` says nothing about `integer`"]),
        ("a = { type = \"string\", fields = { b = \"string\" } }", &["`fields` says nothing about `string`"]),
        (
            "a = { type = \"string\", enum = [\"a\"], pattern = \"a\" }",
            &["`pattern` says nothing beside `enum`, which lists every text"],
        ),
        ("a = { type = \"string\", enum = [] }", &["the list is empty"]),
        ("a = { type = \"string\", enum = [\"a\", \"a\"] }", &["`a` is listed twice"]),
        (
            "a = { type = \"string\", enum = [\"a b\", \"a-b\"] }",
            &["`a b` and `a-b` would be one variant in Rust, `AB`"],
        ),
        ("a = { type = \"string\", enum = [\"+1\", \"-1\", \"日本\", \"中国\", \"<=\", \"\"] }", &[]),
        (
            "a = { type = \"string\", min_length = 2, max_length = 1 }",
            &["`min_length` is greater than `max_length`: no value is allowed"],
        ),
        (
            "a = { type = \"number\", minimum = 2, maximum = 1.5 }",
            &["`minimum` is greater than `maximum`: no value is allowed"],
        ),
        ("a = { type = \"integer\", minimum = 1.5 }", &["`minimum` of an integer is not a whole number"]),
        (
            "a = { type = \"array\", items = \"string\", min_items = 2, max_items = 1 }",
            &["`min_items` is greater than `max_items`: no value is allowed"],
        ),
        (
            "a = { type = \"string\", pattern = \"(\" }",
            &["the pattern is not a regular expression: found open group without closing ')'"],
        ),
        ("a = { type = \"string\", format = \"url\" }", &["`format` cannot be `url`"]),
        ("a = { type = \"object\", fields = {} }", &["`[tools.a.input.a.fields]` is empty"]),
        (
            "a = { type = \"string\", default = \"a\", optional = true }",
            &["`optional = true` contradicts the default: a field with a default is never missing"],
        ),
    ] {
        check(&[(&field(text), expected)]);
    }
}

#[test]
fn defaults_and_examples_keep_their_own_limits() {
    for (text, expected) in [
        ("a = { type = \"string\", default = 1 }", &["the default is an integer, and its type is a string"][..]),
        (
            "a = { type = \"string\", min_length = 2, example = \"a\" }",
            &["the example breaks its own limit `min_length = 2`"],
        ),
        (
            "a = { type = \"string\", max_length = 1, example = \"éé\" }",
            &["the example breaks its own limit `max_length = 1`"],
        ),
        (
            "a = { type = \"string\", pattern = '^a$', default = \"b\" }",
            &["the default does not match its own `pattern`"],
        ),
        (
            "a = { type = \"string\", format = \"date\", default = \"2026-02-30\" }",
            &["the default `2026-02-30` does not have its own `format`"],
        ),
        (
            "a = { type = \"string\", default = 2026-01-01 }",
            &["`default` is a date or time, where a value that JSON can hold, a date in quotes belongs"],
        ),
        ("a = { type = \"string\", enum = [\"a\"], default = \"b\" }", &["the default `b` is not one of `enum`"]),
        ("a = { type = \"integer\", minimum = 2, default = 1 }", &["the default breaks its own limit `minimum = 2`"]),
        ("a = { type = \"integer\", default = 3.0 }", &["the default is a float, and its type is an integer"]),
        ("a = { type = \"number\", default = 3 }", &[]),
        ("a = { type = \"number\", default = inf }", &["a number that is infinite, or none, has no place in JSON"]),
        (
            "a = { type = \"integer\", default = 99999999999999999999 }",
            &["a number that is infinite, or none, has no place in JSON"],
        ),
        (
            "a = { type = \"array\", items = \"integer\", default = [1, \"2\"] }",
            &["the default is a string, and its type is an integer"],
        ),
        (
            "a = { type = \"array\", items = \"string\", unique_items = true, default = [\"a\", \"a\"] }",
            &["the default breaks its own limit `unique_items`"],
        ),
        (
            "a = { type = \"array\", items = \"string\", max_items = 1, default = [\"a\", \"b\"] }",
            &["the default breaks its own limit `max_items = 1`"],
        ),
        ("a = { type = \"object\", default = [] }", &["the default is an array, and its type is a table"]),
        (
            "a = { type = \"object\", fields = { b = \"string\" }, default = {} }",
            &["the default has no `b`, which its type requires"],
        ),
        (
            "a = { type = \"object\", fields = { b = \"string\" }, default = { b = \"x\", c = 1 } }",
            &["the default has a field `c` that its type does not have"],
        ),
        (
            "a = { type = \"T\", default = { n = \"x\" } }\n[types.T]\nn = \"integer\"",
            &["the default is a string, and its type is an integer"],
        ),
    ] {
        check(&[(&field(text), expected)]);
    }
}

#[test]
fn named_types() {
    check(&[
        ("[types.alert]\na = \"string\"", &["the type `alert` does not start with a capital letter"]),
        ("[types.Option]\na = \"string\"", &["the type `Option` is the name of a type that the generated code uses"]),
        ("[types.A]", &["`[types.A]` is empty"]),
        ("[types.A]\nb = \"B\"", &["there is no type `B`"]),
        ("[types.A]\na = \"A\"", &["a value of the type `A` would have to hold another one, without an end"]),
        ("[types.A]\na = { type = \"A\", optional = true }\nb = { type = \"array\", items = \"A\" }", &[]),
        (
            "[types.A]\nb = \"B\"\n[types.B]\na = { type = \"array\", items = \"A\", min_items = 1 }",
            &[
                "a value of the type `A` would have to hold another one, without an end",
                "a value of the type `B` would have to hold another one, without an end",
            ],
        ),
        (
            "[types.A]\no = { type = \"object\", fields = { a = \"A\" } }",
            &["a value of the type `A` would have to hold another one, without an end"],
        ),
        (
            "[types.A]\na = { type = \"A\", default = {} }",
            &["a value of the type `A` would have to hold another one, without an end"],
        ),
        (
            "[types.GetXInput]\na = \"string\"\n[tools.get_x]\ndescription = \"d\"",
            &[
                "the input of the tool `get_x` and the type `GetXInput` would have the same type in the generated code, `GetXInput`",
            ],
        ),
        (
            "[types.GetXInputState]\na = \"string\"\n[tools.get_x]\ndescription = \"d\"\ninput = { state = { type = \"string\", enum = [\"a\"] } }",
            &[
                "the enum of the input of the tool `get_x`, field `state` and the type `GetXInputState` would have the same type in the generated code, `GetXInputState`",
            ],
        ),
    ]);
}

#[test]
fn tools_and_what_answers_them() {
    let tool = |rest: &str| format!("[upstream]\n[tools.a]\ndescription = \"d\"\n{rest}");
    let request = |rest: &str| {
        tool(&format!(
            "input = {{ q = \"string\", o = {{ type = \"string\", optional = true }}, l = {{ type = \"array\", items = \"object\" }}, t = {{ type = \"array\", items = \"string\" }} }}\n[tools.a.request]\n{rest}"
        ))
    };
    for (text, expected) in [
        ("[tools.get_status]\ndescription = \"d\"".into(), &["a tool cannot be named `get_status`: every server has that tool already"][..]),
        ("[tools.new]\ndescription = \"d\"".into(), &["a tool cannot be named `new`: the generated code needs a function of that name for itself"]),
        ("[tools.com1]\ndescription = \"d\"".into(), &["a tool cannot be named `com1`: Windows refuses files of that name"]),
        ("[tools.match]\ndescription = \"d\"".into(), &["the tool `match` is a keyword of Rust"]),
        ("[tools.getX]\ndescription = \"d\"".into(), &["the tool `getX` is not `snake_case`: only `a`–`z`, `0`–`9` and `_`"]),
        ("[tools.a_b]\ndescription = \"d\"\n[resources.r]\ndescription = \"d\"\nuri = \"x://r\"\n[tools.read_r]\ndescription = \"d\"".into(), &["the resource `r` and the tool `read_r` would have the same function in the generated code, `read_r`"]),
        ("[tools.v2]\ndescription = \"d\"\n[tools.v_2]\ndescription = \"d\"".into(), &[
            "the input of the tool `v_2` and the input of the tool `v2` would have the same type in the generated code, `V2Input`",
        ]),
        ("[tools.a]".into(), &["`[tools.a]` has no `description`"]),
        ("[tools.a]\ndescription = \"d\"\nrequest = { path = \"/\" }".into(), &["there is no upstream that this request could call"]),
        (tool("request = { path = \"/\" }\nrespond = { text = \"\" }"), &["`request` and `respond` are two answers to one call"]),
        (tool("cache = \"0s\""), &["`0s` is not a time for which an answer may be reused"]),
        (tool("cache = \"é\""), &["`é` is not a time for which an answer may be reused"]),
        (tool("cache = \"10m\""), &[]),
        (tool("cache = \"short\"\ndestructive = true"), &["the tool says that it changes something, and a cached answer would skip the change"]),
        (tool("read_only = true\ndestructive = true"), &["a tool that is `read_only` cannot be `destructive`"]),
        (tool("pagination = true\ninput = { pageSize = \"integer\" }"), &["`pagination = true` adds the argument `page_size` already"]),
        (tool("respond = { text = \"{x}\" }"), &["the tool `a` has no argument `x`"]),
        (tool("respond = { text = \"{ x\" }"), &["a `{` is never closed in the tool `a`"]),
        (tool("respond = { text = \"{{x}} }}\" }"), &[]),
        (tool("respond = { text = \"{config.s}\" }\n[config.s]\ntype = \"string\"\nsecret = true"), &["`s` is secret, and this text would tell it"]),
        (tool("respond = { content = [] , text = \"\" }"), &["`text` and `content` are two answers to one call", "the list is empty"]),
        (tool("respond = {}"), &["the tool `a` answers nothing"]),
        (request("path = \"v1\""), &["the path does not begin with `/`"]),
        (request("path = \"https://x/\""), &["the path is a whole address"]),
        (request("path = \"/a?b\""), &["the path has a query or a fragment"]),
        (request("path = \"/a/../b\""), &["the path has a segment `.` or `..`"]),
        (request("path = \"/a b\""), &["the path has characters that a URI cannot hold"]),
        (request("path = \"/{o}\""), &["the path needs `o`, which may be missing"]),
        (request("path = \"/{l}\""), &["`l` holds objects or lists of lists, which are no text"]),
        (request("path = \"/\"\nquery = { l = \"{l}\", o = \"{o}\", t = \"{t}\", n = 3 }"), &["`l` holds objects or lists of lists, which are no text"]),
        (request("path = \"/\"\nbody = { l = \"{l}\" }"), &["a GET request has no body"]),
        (request("path = \"/\"\nmethod = \"POST\"\nbody = { l = \"{l}\", deep = [{ l = \"a {l}\" }] }"), &["`l` holds objects or lists of lists, which are no text"]),
        (request("path = \"/\"\nmethod = \"post\""), &["`method` cannot be `post`"]),
        (request("path = \"/\"\nbody = \"all\"\nmethod = \"PUT\""), &["`body` cannot be `all`"]),
        (request("path = \"/\"\nresult = \"data.x\""), &["`result` is not a JSON pointer: `data.x` does not begin with `/`"]),
        (request("path = \"/\"\nresult = \"/a~b\""), &["`result` is not a JSON pointer: `~` stands alone"]),
        (request("path = \"/\"\nheaders = { \"a b\" = \"x\" }"), &["the header `a b` is not a valid name"]),
        (request("path = \"/\"\nheaders = { Host = \"x\" }"), &["the header `Host` is set by the connection itself"]),
        (request("path = \"/\"\nheaders = { authorization = \"x\" }"), &["the upstream already sends its key in the header `authorization`"]),
        (request("path = \"/\"\nheaders = { A = \"x\", a = \"y\" }"), &["the header `a` is there twice"]),
        (request("path = \"/\"\nheaders = { A = \"é\" }"), &["the header `A` has characters that a header cannot hold"]),
        (request("path = \"/\"\nquery = { \"\" = \"x\" }"), &["the key is empty"]),
    ] {
        check(&[(&text, expected)]);
    }
}

#[test]
fn resources_and_prompts() {
    let resource = |rest: &str| format!("[tools.a]\ndescription = \"d\"\n[resources.r]\ndescription = \"d\"\n{rest}");
    let prompt = |rest: &str| format!("[prompts.p]\ndescription = \"d\"\n{rest}");
    for (text, expected) in [
        (resource("uri = \"stations\""), &["the URI `stations` has no scheme"][..]),
        (resource("uri = \"{scheme}://x\""), &["the URI `{scheme}://x` has no scheme"]),
        (resource("uri = \"x://a b\""), &["the URI has characters that a URI cannot hold"]),
        (resource("uri = \"x://{+path}\""), &["the argument `+path` of the URI does not start with a letter or `_`"]),
        (resource("uri = \"x://{a}/{a}\""), &["the argument `a` of the URI is there twice"]),
        (resource("uri = \"x://{a\""), &["a `{` is never closed in the URI of the resource `r`"]),
        (resource("uri = \"x://r\"\nmime_type = \"json\""), &["`json` is not a media type"]),
        (resource("uri = \"x://r\"\ntext = \"{a}\""), &["the resource `r` has no argument `a`"]),
        (resource("uri = \"x://r\"\nfile = \"a/b\""), &["the resource has a `file` and no `mime_type`"]),
        (resource("uri = \"x://r\"\nmime_type = \"text/plain\"\nfile = \"a/b\""), &[]),
        (
            resource("uri = \"x://r\"\nmime_type = \"text/plain\"\nfile = \"a/b\"\ntext = \"a\""),
            &["`text` and `file` are two contents of one resource"],
        ),
        (
            resource("uri = \"x://r\"\nmime_type = \"text/plain\"\nrespond = { file = \"a/b\", data = \"YQ==\" }"),
            &["`data` and `file` are two contents of one resource"],
        ),
        (resource("uri = \"x://r\"\nrespond = {}"), &["the resource `r` has no content"]),
        (
            resource("uri = \"x://r\"\nrequest = { path = \"/\" }"),
            &["there is no upstream that this request could call"],
        ),
        (
            resource("uri = \"x://r\"\ntext = \"a\"\nrequest = { path = \"/\" }\n[upstream]"),
            &["`request` and `text` are two contents of one resource"],
        ),
        (
            resource("uri = \"x://{a}\"\n[resources.s]\ndescription = \"d\"\nuri = \"x://{b}\""),
            &["the resource `s` and the resource `r` would have the same URI, `x://*`"],
        ),
        (resource("uri = \"x://{a}\"\narguments = { a = { complete = \"code\" } }"), &[]),
        (resource("uri = \"x://{a}\"\narguments = { a = { complete = \"cod\" } }"), &["`complete` cannot be `cod`"]),
        (
            resource("uri = \"x://{a}\"\narguments = { a = { complete = 3 } }"),
            &["`complete` is an integer, where `code` or an array belongs"],
        ),
        (
            resource(
                "uri = \"x://{b_c}\"\narguments = { b_c = { complete = \"code\" } }\n[resources.r_b]\ndescription = \"d\"\nuri = \"y://{c}\"\narguments = { c = { complete = \"code\" } }",
            ),
            &[
                "the completion of `c` of the resource `r_b` and the completion of `b_c` of the resource `r` would have the same function in the generated code, `complete_resource_r_b_c`",
            ],
        ),
        (prompt("arguments = { a = { complete = \"code\" }, b = { complete = [\"x\"] } }"), &[]),
        (prompt("arguments = { a = { complete = [] } }"), &["the list is empty"]),
        (prompt("arguments = { a = { complete = [\"calm\", \"calm \"] } }"), &["`calm` is listed twice"]),
        (
            resource("uri = \"x://{a}\"\narguments = { a = { complete = [\"b\", \"c\", \"b\"] } }"),
            &["`b` is listed twice"],
        ),
        (
            prompt("arguments = { a_name_that_is_far_too_long_to_be_a_part_of_a_name = { complete = \"code\" } }"),
            &[
                "the completion of `a_name_that_is_far_too_long_to_be_a_part_of_a_name` of the prompt `p` has names that are too long for code: 51 characters together",
            ],
        ),
        (prompt(""), &[]),
        (prompt("respond = { steps = [{ progress = 1 }] }"), &["the prompt `p` says nothing after these steps"]),
        (prompt("messages = [{}]"), &["the message says nothing"]),
        (
            prompt("messages = [{ text = \"a\", content = { type = \"text\", text = \"a\" } }]"),
            &["`text` and `content` are two contents of one message"],
        ),
        (prompt("messages = []"), &["the list is empty"]),
        (prompt("messages = [{ text = \"{a}\" }]"), &["the prompt `p` has no argument `a`"]),
        (prompt("messages = [{ text = \"a\", role = \"system\" }]"), &["`role` cannot be `system`"]),
        (prompt("messages = [{ text = \"\" }]"), &["`text` is empty"]),
        (
            prompt("messages = [{ text = \"{aB}\" }]\narguments = { aB = {}, a_b = {} }"),
            &["the arguments `aB` and `a_b` are one in Rust"],
        ),
    ] {
        check(&[(&text, expected)]);
    }
}

#[test]
fn forms_and_schemas() {
    let form = |rest: &str| format!("[tools.a]\ndescription = \"d\"\n[forms.f]\n{rest}");
    let schema = |rest: &str| format!("[tools.a]\ndescription = \"d\"\n{rest}");
    for (text, expected) in [
        (form(""), &["the form `f` asks for nothing"][..]),
        (form("fields = { a = \"string\" }\nschema = { type = \"object\" }"), &["`fields` and `schema` are two forms"]),
        (form("fields = { a = \"object\" }"), &["`a` cannot be `object`"]),
        (
            form("fields = { a = { type = \"array\", items = { type = \"string\" } } }"),
            &["the field `a` of the form `f` is a list of anything"],
        ),
        (form("fields = { a = { type = \"string\", titles = [\"A\"] } }"), &["`titles` says nothing without `enum`"]),
        (
            form("fields = { a = { type = \"string\", enum = [\"a\", \"b\"], titles = [\"A\"] } }"),
            &["`titles` has not one for each of `enum`"],
        ),
        (form("schema = { type = \"string\" }"), &["`schema` is not the schema of an object"]),
        (
            form("schema = { type = \"object\", \"$schema\" = \"http://json-schema.org/draft-07/schema#\" }"),
            &["`schema` is in another dialect of JSON Schema: `http://json-schema.org/draft-07/schema#`"],
        ),
        (
            form("fields = { a = \"string\" }\n[types.FForm]\na = \"string\""),
            &["the form `f` and the type `FForm` would have the same type in the generated code, `FForm`"],
        ),
        (schema("input_schema = { type = \"object\" }"), &[]),
        (
            schema("input_schema = { type = \"object\" }\ninput = { a = \"string\" }\npagination = true"),
            &[
                "`input` and `input_schema` are two inputs of one tool",
                "`pagination` and `input_schema` are two inputs of one tool",
            ],
        ),
        (
            schema(
                "input_schema = { type = \"object\", properties = { a = { type = \"string\" } } }\nrespond = { text = \"{a}{b}\" }",
            ),
            &["the tool `a` has no argument `b`"],
        ),
        (schema("input = { a = { type = \"string\", header = \"a b\" } }"), &["the header `a b` is not a valid name"]),
        (schema("input = { a = { type = \"number\", header = \"A\" } }"), &["a header cannot repeat `a`"]),
        (
            schema("input = { a = { type = \"string\", header = \"A\" }, b = { type = \"string\", header = \"a\" } }"),
            &["the header `a` repeats two arguments"],
        ),
        (
            schema("output = { a = { type = \"string\", header = \"A\" } }"),
            &["unknown key `header` in `[tools.a.output.a]`"],
        ),
    ] {
        check(&[(&text, expected)]);
    }
}

#[test]
fn answers_in_blocks() {
    let tool = |rest: &str| {
        format!("[tools.a]\ndescription = \"d\"\ninput = {{ q = \"string\", o = \"object\" }}\nrespond = {{ {rest} }}")
    };
    let block = |rest: &str| tool(&format!("content = [{{ {rest} }}]"));
    for (text, expected) in [
        (
            tool("text = \"a\", content = [{ type = \"text\", text = \"a\" }]"),
            &["`text` and `content` are two answers to one call"][..],
        ),
        (tool("protocol_error = \"a\", text = \"a\""), &["`text` is an answer, and `protocol_error` is none"]),
        (tool("structured = { a = \"{q}\", b = [\"{o}\", 1, {}] }"), &[]),
        (tool("structured = { a = \"so {o}\" }"), &["`o` holds objects or lists of lists, which are no text"]),
        (
            format!("{}\noutput = {{ x = \"string\" }}", tool("structured = { y = 1 }")),
            &["`structured` has no `x`, which `output` requires", "`output` of the tool `a` has no field `y`"],
        ),
        (block("type = \"video\", text = \"a\""), &["`type` cannot be `video`"]),
        (block("type = \"text\""), &["a block of the type `text` has no `text` or `file`"]),
        (block("type = \"image\", data = \"aGVsbG8=\""), &["a block of the type `image` has no `mime_type`"]),
        (block("type = \"image\", data = \"hello\", mime_type = \"image/png\""), &["`data` is not base64"]),
        (
            block("type = \"image\", data = \"YQ==\", mime_type = \"text/plain\""),
            &["the block is of the type `image`, and its media type is `text/plain`"],
        ),
        (
            block("type = \"audio\", data = \"YQ==\", mime_type = \"image/png\""),
            &["the block is of the type `audio`, and its media type is `image/png`"],
        ),
        (block("type = \"audio\", data = \"YQ==\", mime_type = \"Audio/wav\""), &[]),
        (block("type = \"image\", data = \"YQ==\", mime_type = \"png\""), &["`png` is not a media type"]),
        (
            block("type = \"image\", mime_type = \"image/png\""),
            &["a block of the type `image` has no `data` or `file`"],
        ),
        (block("type = \"image\", file = \"a/b.png\""), &["a block of the type `image` has no `mime_type`"]),
        (
            block("type = \"image\", file = \"a/b.png\", data = \"YQ==\", mime_type = \"image/png\""),
            &["`data` and `file` are two contents of one block"],
        ),
        (
            block("type = \"resource_link\", uri = \"x://y\", name = \"n\", file = \"a/b\""),
            &["`file` says nothing about a block of the type `resource_link`"],
        ),
        (
            block("type = \"resource\", uri = \"x://y\", file = \"a/b\""),
            &["the resource has a `file` and no `mime_type`"],
        ),
        (
            block("type = \"text\", text = \"a\", uri = \"x://y\""),
            &["`uri` says nothing about a block of the type `text`"],
        ),
        (
            block("type = \"resource\", uri = \"x://y\""),
            &["a block of the type `resource` has no `text`, `data` or `file`"],
        ),
        (block("type = \"resource_link\", uri = \"y\", name = \"n\""), &["the URI `y` has no scheme"]),
        (block("type = \"text\", text = \"{z}\""), &["the tool `a` has no argument `z`"]),
        (block("type = \"text\", text = \"a\", priority = 2"), &["`priority` is out of range"]),
    ] {
        check(&[(&text, expected)]);
    }
}

/// What a file is named can neither lead out of the server's folder nor say anything in its code.
#[test]
fn files_are_below_the_spec() {
    let named = |path: &str| {
        format!("[tools.a]\ndescription = \"d\"\n[tools.a.respond]\ncontent = [{{ type = \"text\", file = '{path}' }}]")
    };
    for (path, expected) in [
        ("assets/logo.png", &[][..]),
        ("", &["`file` is empty"]),
        ("/etc/passwd", &["the path `/etc/passwd` is absolute or has an empty part"]),
        ("../secret.txt", &["the path `../secret.txt` leaves or repeats a folder"]),
        ("assets/../../a", &["the path `assets/../../a` leaves or repeats a folder"]),
        ("assets/./a", &["the path `assets/./a` leaves or repeats a folder"]),
        ("assets\\a", &["the path `assets\\\\a` has the character `\\`, which some file system refuses"]),
        ("C:/a", &["the path `C:/a` has the character `:`, which some file system refuses"]),
        ("assets/nul.txt", &["the path `assets/nul.txt` has a part that is a device of Windows"]),
        ("assets/a.", &["the path `assets/a.` has a part that ends with a dot or a blank"]),
        ("assets/.env", &["the file `assets/.env` is hidden"]),
        (".git/config", &["the file `.git/config` is hidden"]),
        ("build.rs", &["the file `build.rs` is in no folder"]),
        ("server.toml", &["the file `server.toml` is in no folder"]),
        ("src/a.txt", &["the file `src/a.txt` is where code is"]),
        ("Tests/a.txt", &["the file `Tests/a.txt` is where code is"]),
        ("assets/a.rs", &["the file `assets/a.rs` is where code is"]),
        ("Dockerfile/x", &["the file `Dockerfile/x` is in a folder with the name of a file that every server has"]),
        (
            "cargo.toml/logo.png",
            &["the file `cargo.toml/logo.png` is in a folder with the name of a file that every server has"],
        ),
        ("assets/target/a", &["the file `assets/target/a` is in a folder of things that are built"]),
        ("assets/a b", &["the file `assets/a b` has characters that are not plain"]),
        ("assets/{a}", &["the file `assets/{a}` has characters that are not plain"]),
        ("assets/a);b", &["the file `assets/a);b` has characters that are not plain"]),
        ("assets/é", &["the file `assets/é` has characters that are not plain"]),
    ] {
        check(&[(&named(path), expected)]);
    }
    let long = format!("assets/{}", "a".repeat(120));
    check(&[(&named(&long), &["`file` is too long: 127 characters"])]);
}

#[test]
fn steps_and_questions() {
    let steps = |head: &str, rest: &str| {
        format!(
            "{head}[forms.f]\nfields = {{ a = \"string\" }}\n[tools.t]\ndescription = \"d\"\n\
             input = {{ n = {{ type = \"integer\", minimum = 0 }}, w = \"integer\", s = \"string\" }}\n\
             [tools.t.respond]\ntext = \"{{f.a}}\"\nsteps = [{{ ask = {{ f = {{ form = \"f\", message = \"m\" }} }} }}, {rest}]"
        )
    };
    let all = "deprecated = [\"logging\", \"roots\", \"sampling\"]\n";
    let ask = |rest: &str| steps(all, &format!("{{ ask = {{ {rest} }} }}"));
    for (text, expected) in [
        (steps("", "{ progress = 1, total = 2, message = \"{f.a} {n}\" }"), &[][..]),
        (steps("", "{}"), &["this step does nothing"]),
        (steps("", "{ progress = 1, sleep = \"1s\" }"), &["one step has both `progress` and `sleep`"]),
        (steps("", "{ sleep = \"1s\", level = \"info\" }"), &["`level` says nothing without `log`"]),
        (steps("", "{ log = \"a\" }"), &["`log` needs logging, which MCP has deprecated"]),
        (steps(all, "{ log = \"a\", level = \"loud\" }"), &["`level` cannot be `loud`"]),
        (steps("", "{ sleep = \"soon\" }"), &["`soon` is not an amount of time"]),
        (steps("", "{ sleep = \"90m\" }"), &["`90m` is not an amount of time"]),
        (steps("", "{ sleep = \"{n}s\" }, { sleep = \"{n}ms\" }"), &[]),
        (steps("", "{ sleep = \"{w}s\" }"), &["`w` is not an amount of time"]),
        (steps("", "{ sleep = \"{s}s\" }"), &["`s` is not an amount of time"]),
        (steps("", "{ sleep = \"{x}s\" }"), &["the tool `t` has no argument `x`"]),
        (steps("", "{ changed = \"all\" }"), &["`changed` cannot be `all`"]),
        (steps("", "{ updated = \"x://{g}\" }"), &["the tool `t` has no argument `g`"]),
        (ask("g = { form = \"ff\", message = \"m\" }"), &["there is no form `ff`"]),
        // What names an answer to a question that is wrong itself is no second mistake.
        (
            steps("", "{ progress = 1, message = \"{f} {f.b}\" }").replace("form = \"f\"", "form = \"ff\""),
            &["there is no form `ff`"],
        ),
        (
            format!(
                "{}, {{ progress = 1, message = \"{{g}} {{g.b}} {{f.b}}\" }}]",
                ask("g = { sample = \"a\" }").trim_end_matches(']')
            ),
            &["the answer to `g` has no fields", "the form of `f` has no field `b`"],
        ),
        (ask("g = { form = \"f\" }"), &["the person is not told what is asked"]),
        (ask("g = {}"), &["this question does nothing"]),
        (ask("g = { form = \"f\", message = \"m\", roots = true }"), &["one question has both `form` and `roots`"]),
        (ask("g = { sample = \"{f}\", message = \"m\" }"), &["`message` says nothing without `form`"]),
        (ask("g = { roots = false }"), &["`roots = false` asks nothing"]),
        (ask("f = { roots = true }"), &["the question has the name `f`, which a question before it has"]),
        (ask("s = { roots = true }"), &["the question has the name `s`, which is an argument, too"]),
        (ask("input = { roots = true }"), &["the question has the name `input`, which means something else there"]),
        (steps("", "{ ask = { g = { roots = true } } }"), &["`roots` needs roots, which MCP has deprecated"]),
        (
            ask("g = { roots = true, optional = true }, h = { sample = \"a\", max_tokens = 0 }"),
            &["`max_tokens` is out of range"],
        ),
        (
            steps(
                "",
                "{ progress = 1 }]\nprotocol_error = \"{f.b}\"\n[tools.u]\ndescription = \"d\"\nrequires = [\"roots\"",
            ),
            &[
                "`text` is an answer, and `protocol_error` is none",
                "the form of `f` has no field `b`",
                "`requires` needs roots, which MCP has deprecated",
            ],
        ),
        (
            steps("", "{ progress = 1 }").replace("[tools.t.respond]", "cache = \"short\"\n[tools.t.respond]"),
            &["a step has `ask`, and a cached answer would be given without it"],
        ),
        (
            "[upstream]\n[tools.u]\ndescription = \"d\"\nrequires = [\"elicitation\"]\nrequest = { path = \"/\" }"
                .into(),
            &["a call of the upstream asks nothing of a client"],
        ),
    ] {
        check(&[(&text, expected)]);
    }
}

/// What follows from the rest of a spec.
#[test]
fn sessions_and_changes_follow_from_the_rest() {
    let server = |text: &str| {
        let text = format!("[server]\nname = \"x\"\ndescription = \"d\"\n{text}");
        read(&text, "server.toml").unwrap_or_else(|problems| panic!("{problems}")).server
    };
    assert!(server("").sessions);
    assert!(!server("sessions = \"off\"").sessions);
    assert!(!server("[deploy]\nreplicas = 2").sessions);
    assert!(server("sessions = \"local\"\n[deploy]\nreplicas = 2").sessions);
    let steps = "[tools.t]\ndescription = \"d\"\nrespond = { steps = [{ changed = \"tools\" }, { updated = \"x://y\" }], text = \"a\" }";
    let changes = server(steps).changes;
    assert!(changes.tools && changes.subscriptions && !changes.prompts && !changes.resources);
    assert!(server("changes = [\"prompts\"]").changes.prompts);
    let sent = |text: &str| {
        let text = format!("[server]\nname = \"x\"\ndescription = \"d\"\n{text}");
        mcpgen::plan::schemas(&read(&text, "server.toml").unwrap())["listTtlSeconds"].as_u64()
    };
    assert_eq!(sent(""), None, "the base has a default");
    assert_eq!(sent("list_cache = \"none\""), Some(0));
    assert_eq!(sent("list_cache = \"90s\""), Some(90));
}

/// What to do about a mistake can be done where it is.
#[test]
fn help_fits_what_it_is_about() {
    let deep = format!("input_schema = {}1{}", "{ a = ".repeat(17), " }".repeat(17));
    for (rest, message, help) in [
        ("task = true", "`task` is a boolean", "write `\"optional\"` or `\"required\"`"),
        (deep.as_str(), "nested more than 16 levels deep", "in the `$defs` of a JSON Schema, for `$ref`"),
        (
            "respond = { steps = [{ ask = { c = { form = \"f\", message = \"m\" } } }], text = \"{c.mail}\" }",
            "the form of `c` has no field `mail`",
            "did you mean `{c.email}`?",
        ),
    ] {
        let text = format!(
            "[server]\nname = \"x\"\ndescription = \"d\"\n[forms.f]\nfields = {{ email = \"string\" }}\n\
             [tools.t]\ndescription = \"d\"\n{rest}\n"
        );
        let problems = read(&text, "server.toml").unwrap_err();
        let told = problems.to_string();
        assert!(told.contains(message) && told.contains(help), "no `{message}` or no `{help}` in: {told}");
        assert_eq!(problems.len(), 1, "{told}");
    }
}
