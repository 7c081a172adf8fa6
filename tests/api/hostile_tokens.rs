//! Tokens that were made to be believed: each is refused, with the same words and the same challenge.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::clients::Client;
use crate::harness::{Answer, TestApp, story};

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// What a forger starts from: a real token's header and claims, and (more than any forger has) the key.
struct Forge {
    header: Value,
    claims: Value,
    key: EncodingKey,
    public: Vec<u8>,
}

impl Forge {
    async fn of(app: &TestApp) -> Self {
        let token = app.officer().await.token.unwrap();
        let part = |index: usize| {
            let text = token.split('.').nth(index).unwrap();
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
        };
        let header: Value = part(0);
        let keys = &app.state.access.keys;
        let (kid, key) = keys.signing(app.clock.now()).unwrap();
        assert_eq!(header["kid"], kid);
        let public = keys
            .public(app.clock.now())
            .into_iter()
            .find(|key| key.kid == kid)
            .unwrap();
        Self {
            header,
            claims: part(1),
            key,
            public: URL_SAFE_NO_PAD.decode(public.x).unwrap(),
        }
    }

    /// Signed with the right key, whatever it says.
    fn signed(&self, header: &Value, claims: &Value) -> String {
        let text = format!("{}.{}", encoded(header), encoded(claims));
        let signature =
            jsonwebtoken::crypto::sign(text.as_bytes(), &self.key, Algorithm::EdDSA).unwrap();
        format!("{text}.{signature}")
    }

    /// The real token with some claims changed; null takes a claim out.
    fn claiming(&self, changes: Value) -> String {
        self.signed(&self.header, &merged(&self.claims, changes))
    }

    /// The real token with some headers changed.
    fn headed(&self, changes: Value) -> String {
        self.signed(&merged(&self.header, changes), &self.claims)
    }
}

fn merged(base: &Value, changes: Value) -> Value {
    let mut object = base.as_object().unwrap().clone();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => object.remove(name),
            value => object.insert(name.clone(), value.clone()),
        };
    }
    Value::Object(object)
}

#[track_caller]
fn is_refused(answer: Answer, why: &str) {
    assert_eq!(answer.status, 401, "{why}: {:#}", answer.body);
    let answer = answer.is_problem(401, "invalid-token");
    assert_eq!(
        answer.header("www-authenticate"),
        "Bearer error=\"invalid_token\"",
        "{why}"
    );
    assert_eq!(
        answer.body["detail"], "The access token is not valid",
        "{why}: tells why"
    );
}

story!(
    async fn a_token_with_the_wrong_claims_is_refused_though_the_signature_is_right(app) {
        let forge = Forge::of(app).await;
        let now = app.clock.now().timestamp();
        app.bearer(&forge.claiming(json!({}))).get("/v1/me").await.is(200);
        app.bearer(&forge.claiming(json!({ "nbf": now }))).get("/v1/me").await.is(200);
        let issuer = app.state.config.public_url.clone();
        let in_2100 = 4_102_444_800i64;
        for (why, changes) in [
            ("no issuer", json!({ "iss": null })),
            ("another issuer, the same subject", json!({ "iss": "https://elsewhere.example" })),
            ("the issuer with a slash", json!({ "iss": format!("{issuer}/") })),
            ("the issuer in other letters", json!({ "iss": issuer.to_uppercase() })),
            ("a list of issuers with ours", json!({ "iss": [issuer] })),
            ("a number as issuer", json!({ "iss": 7 })),
            ("no audience", json!({ "aud": null })),
            ("another audience", json!({ "aud": "another" })),
            ("a list of audiences with ours", json!({ "aud": ["equal-partners"] })),
            ("a number as audience", json!({ "aud": 7 })),
            ("no end", json!({ "exp": null })),
            ("a word as end", json!({ "exp": "never" })),
            ("an end in the past", json!({ "iat": now - 3600, "exp": now - 60 })),
            ("an end in 2100", json!({ "exp": in_2100 })),
            ("a life of more than an hour", json!({ "exp": now + 3601 })),
            ("no beginning", json!({ "iat": null })),
            ("issued in 2100", json!({ "iat": in_2100, "exp": in_2100 + 60 })),
            ("issued in five minutes", json!({ "iat": now + 300, "exp": now + 360 })),
            ("not valid before 2100", json!({ "nbf": in_2100 })),
            ("a word as not before", json!({ "nbf": "tomorrow" })),
            ("no subject", json!({ "sub": null })),
            ("an empty subject", json!({ "sub": "" })),
            ("another subject", json!({ "sub": "nobody" })),
            ("a number as subject", json!({ "sub": 7 })),
            ("no client", json!({ "client_id": null })),
            ("no name of its own", json!({ "jti": null })),
            ("an empty name of its own", json!({ "jti": "" })),
            ("no organisation", json!({ "organisation": null })),
            ("another organisation", json!({ "organisation": "R0A" })),
            ("a role that is none", json!({ "roles": ["root"] })),
            ("a client as subject that is none", json!({ "sub": "equal-partners-cli" })),
        ] {
            is_refused(app.bearer(&forge.claiming(changes)).get("/v1/me").await, why);
        }
    }
);

story!(
    async fn a_token_with_the_wrong_header_is_refused_though_the_signature_is_right(app) {
        let forge = Forge::of(app).await;
        let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(&forge.public) });
        for (why, changes) in [
            ("no type", json!({ "typ": null })),
            ("any JWT", json!({ "typ": "JWT" })),
            ("an ID token", json!({ "typ": "id_token" })),
            ("a logout token", json!({ "typ": "logout+jwt" })),
            ("no key", json!({ "kid": null })),
            ("an unknown key", json!({ "kid": "another" })),
            ("a path as key", json!({ "kid": "../../dev/null" })),
            ("a list as key", json!({ "kid": [forge.header["kid"]] })),
            ("its own key instead of ours", json!({ "kid": null, "jwk": jwk })),
            ("its own keys' address", json!({ "kid": "another", "jku": "https://elsewhere.example/jwks.json" })),
            ("an unknown critical header", json!({ "crit": ["exp"], "exp": 1 })),
            ("an empty list of critical headers", json!({ "crit": [] })),
            ("a critical header that is a known one", json!({ "crit": ["b64"], "b64": true })),
        ] {
            is_refused(app.bearer(&forge.headed(changes)).get("/v1/me").await, why);
        }
        app.bearer(&forge.headed(json!({ "typ": "application/at+jwt" }))).get("/v1/me").await.is(200);
        // What the header says about keys is never looked at.
        app.bearer(&forge.headed(json!({ "jku": "https://elsewhere.example" }))).get("/v1/me").await.is(200);
    }
);

story!(
    async fn a_token_that_is_not_signed_with_our_key_is_refused(app) {
        let forge = Forge::of(app).await;
        let (claims, kid) = (encoded(&forge.claims), forge.header["kid"].clone());
        let head = |algorithm: &str| encoded(&json!({ "typ": "at+jwt", "alg": algorithm, "kid": kid }));
        let x = URL_SAFE_NO_PAD.encode(&forge.public);
        for algorithm in ["none", "None", "NONE", "nOnE", "HS256", "RS256", "ES256", "PS256", "EdDSA"] {
            let head = head(algorithm);
            for signature in ["", "AA", "e30"] {
                let token = format!("{head}.{claims}.{signature}");
                is_refused(app.bearer(&token).get("/v1/me").await, algorithm);
            }
        }
        // The public key is known to everyone; as a shared secret it must be worth nothing.
        for (secret, family) in [(forge.public.as_slice(), "HS256"), (x.as_bytes(), "HS256"), (x.as_bytes(), "HS384")] {
            let kind = if family == "HS256" { hmac::HMAC_SHA256 } else { hmac::HMAC_SHA384 };
            let text = format!("{}.{claims}", head(family));
            let tag = hmac::sign(&hmac::Key::new(kind, secret), text.as_bytes());
            let token = format!("{text}.{}", URL_SAFE_NO_PAD.encode(tag.as_ref()));
            is_refused(app.bearer(&token).get("/v1/me").await, family);
        }
        let stranger = aws_lc_rs::signature::Ed25519KeyPair::generate().unwrap();
        let text = format!("{}.{claims}", head("EdDSA"));
        let token = format!("{text}.{}", URL_SAFE_NO_PAD.encode(stranger.sign(text.as_bytes()).as_ref()));
        is_refused(app.bearer(&token).get("/v1/me").await, "somebody else's key");
    }
);

story!(
    async fn a_token_that_was_damaged_is_refused(app) {
        let forge = Forge::of(app).await;
        let good = forge.claiming(json!({}));
        let parts: Vec<&str> = good.split('.').collect();
        let wider = encoded(&merged(&forge.claims, json!({ "roles": ["engagementAdmin"] })));
        for token in [
            String::new(),
            ".".to_owned(),
            "..".to_owned(),
            good[..good.len() - 1].to_owned(),
            good[1..].to_owned(),
            format!("{}.{}", parts[0], parts[1]),
            format!("{}.{}.", parts[0], parts[1]),
            format!("{good}."),
            format!("{good}.{good}"),
            format!("{}.{wider}.{}", parts[0], parts[2]),
            format!("{}=.{}.{}", parts[0], parts[1], parts[2]),
            format!("{}.{}.{}", parts[1], parts[0], parts[2]),
            format!("{good} {good}"),
            format!("{},{good}", good),
            "x".repeat(6000),
            format!("{}.{}.{}", encoded(&json!([])), encoded(&json!("")), parts[2]),
        ] {
            is_refused(app.bearer(&token).get("/v1/me").await, &token);
        }
        // Longer than any header may be: refused on the way in, and the service stays up.
        let long = forge.claiming(json!({ "padding": "x".repeat(7000) }));
        is_refused(app.bearer(&long).get("/v1/me").await, "a very long token");
        app.bearer(&good).get("/v1/me").await.is(200);
    }
);

story!(
    async fn a_token_is_sent_once_and_in_the_header(app) {
        let person = app.officer().await;
        let token = person.token.clone().unwrap();
        let twice = person.request(Method::GET, "/v1/me").header("Authorization", &format!("Bearer {token}")).send().await;
        let twice = twice.is_problem(400, "malformed-request");
        assert_eq!(twice.header("www-authenticate"), "Bearer error=\"invalid_request\"");
        for query in [format!("access_token={token}"), format!("access%5Ftoken={token}"), "access_token=".to_owned()] {
            let alone = app.anonymous().get(&format!("/v1/me?{query}")).await.is_problem(401, "unauthenticated");
            assert_eq!(alone.header("www-authenticate"), "Bearer");
            // Where no token is needed, it is a parameter that nobody knows.
            let open = app.anonymous().get(&format!("/v1/permissions?{query}")).await.is_problem(400, "unknown-parameter");
            let both = person.get(&format!("/v1/me?{query}")).await.is_problem(400, "malformed-request");
            assert_eq!(both.header("www-authenticate"), "Bearer error=\"invalid_request\"");
            for answer in [alone, open, both] {
                assert!(!String::from_utf8_lossy(&answer.bytes).contains(&token));
            }
        }
        // Other credentials than tokens are none here, and the answer says which are.
        for other in ["Basic YTpi", "Digest x", "x"] {
            let answer = app.anonymous().request(Method::GET, "/v1/me").header("Authorization", other).send().await
                .is_problem(401, "unauthenticated");
            assert_eq!(answer.header("www-authenticate"), "Bearer");
        }
        let case = app.anonymous().request(Method::GET, "/v1/me").header("Authorization", &format!("bEARER {token}"));
        case.send().await.is(200);
    }
);

story!(
    async fn a_person_is_known_by_issuer_and_subject(app) {
        let admin = app.admin().await;
        let theirs = json!({ "issuer": "https://login.example.org", "subject": "nadia", "displayName": "Nadia",
            "roles": ["engagementAdmin"] });
        admin.post("/v1/users", theirs).await.is(201);
        // A token of ours for the same subject is not hers.
        let forge = Forge::of(app).await;
        is_refused(app.bearer(&forge.claiming(json!({ "sub": "nadia" }))).get("/v1/me").await, "another issuer's subject");
        // And a client's id as a person's subject does not make the person a client.
        let client = Client::added_by(&admin, &["users:read"]).await;
        is_refused(app.bearer(&forge.claiming(json!({ "sub": client.id }))).get("/v1/me").await, "a client's id");
    }
);
