//! Documents: versions that supersede each other, the files behind them, and what is refused.

use std::io::{Cursor, Write};
use std::time::Duration;

use equal_partners::config::Config;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::harness::forms::{BOUNDARY, FORM, Form};
use crate::harness::people::published_version;
use crate::harness::{Answer, Person, TestApp, database, story};

fn form(name: &str, declared: Option<&str>, bytes: &[u8]) -> Form {
    Form::new()
        .field("changeNote", "What is new.")
        .field("language", "en")
        .file(name, declared, bytes)
}

/// A document for this audience, by its address.
async fn document(officer: &Person, audience: &str) -> String {
    let new = json!({ "title": "Guide to patient and public partners", "kind": "guide",
        "summary": "How to plan a role.", "audience": audience });
    officer
        .post("/v1/documents", new)
        .await
        .is(201)
        .header("location")
        .to_owned()
}

/// Every file that is kept, whole or in part.
fn kept(app: &TestApp) -> Vec<std::path::PathBuf> {
    let folder = app.state.config.files.folder.clone();
    let days = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let files = days.flat_map(|day| {
        std::fs::read_dir(day.path())
            .into_iter()
            .flatten()
            .flatten()
    });
    files.map(|file| file.path()).collect()
}

/// Waits until so many files are kept: what is nobody's is removed beside the answer.
async fn keeps(app: &TestApp, files: usize) {
    for _ in 0..100 {
        if kept(app).len() == files {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(kept(app).len(), files, "{:?}", kept(app));
}

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.bytes.clone()).unwrap()
}

story!(
    async fn a_public_link_leads_to_the_current_version_and_the_old_one_stays_marked(app) {
        let (olu, amina) = (app.officer().await, app.admin().await);
        let guide = document(&olu, "everyone").await;
        let content = format!("{guide}/content");
        app.anonymous().get(&content).await.is_problem(404, "not-found");
        let first = published_version(&olu, &amina, &guide, "The first text.").await;
        let first = first.header("location").to_owned();
        assert_eq!(text(&app.anonymous().get(&content).await.is(200)), "The first text.");

        let second = olu.upload(&format!("{guide}/versions"), form("guide.txt", None, b"The second text.")).await.is(201);
        assert_eq!((&second.body["number"], &second.body["status"]), (&json!(2), &json!("draft")));
        let second = second.header("location").to_owned();
        // A draft is nobody's business outside, and changes nothing for them.
        app.anonymous().get(&second).await.is_problem(404, "not-found");
        app.anonymous().get(&format!("{second}/content")).await.is_problem(404, "not-found");
        assert_eq!(text(&app.anonymous().get(&content).await.is(200)), "The first text.");

        olu.step(&format!("{second}/publish")).await.is_problem(409, "transition-not-allowed");
        olu.step(&format!("{second}/approve")).await.is_problem(409, "transition-not-allowed");
        olu.post(&format!("{second}/consult"), json!({ "consultation": "Four partners read it." })).await.is(200);
        olu.step(&format!("{second}/approve")).await.is_problem(403, "same-person");
        amina.step(&format!("{second}/approve")).await.is(200);
        olu.step(&format!("{second}/publish")).await.is(200);

        assert_eq!(text(&app.anonymous().get(&content).await.is(200)), "The second text.");
        let old = app.anonymous().get(&first).await.is(200);
        assert_eq!(old.body["status"], "superseded");
        assert_eq!(second, format!("/v1/document-versions/{}", old.body["supersededById"].as_str().unwrap()));
        let old = app.anonymous().get(&format!("{first}/content")).await.is(200);
        assert_eq!(text(&old), "The first text.");
        let links: Vec<_> = old.headers.get_all("link").iter().map(|link| link.to_str().unwrap()).collect();
        assert!(links.contains(&format!("<{content}?format=standard&language=en>; rel=\"latest-version\"").as_str()), "{links:?}");
        assert!(links.contains(&format!("<{second}/content>; rel=\"successor-version\"").as_str()), "{links:?}");
        let editions = app.anonymous().get(&guide).await.is(200).body["editions"].clone();
        assert_eq!((editions.as_array().unwrap().len(), &editions[0]["number"]), (1, &json!(2)));
        let listed = app.anonymous().get(&format!("{guide}/versions")).await.is(200);
        assert_eq!(listed.body["items"].as_array().unwrap().len(), 2);

        // What is withdrawn is gone for the public, and the one before does not come back.
        olu.post(&format!("{second}/withdraw"), json!({ "reason": "It names an old rate." })).await.is(200);
        app.anonymous().get(&content).await.is_problem(404, "not-found");
        app.anonymous().get(&format!("{second}/content")).await.is_problem(404, "not-found");
        olu.get(&format!("{second}/content")).await.is(200);
    }
);

story!(
    async fn an_older_version_does_not_take_the_place_of_a_newer_one(app) {
        let (olu, amina) = (app.officer().await, app.admin().await);
        let guide = document(&olu, "everyone").await;
        let late = olu.upload(&format!("{guide}/versions"), form("guide.txt", None, b"One.")).await.is(201);
        published_version(&olu, &amina, &guide, "Two.").await;
        let late = late.header("location").to_owned();
        olu.post(&format!("{late}/consult"), json!({ "consultation": "Nobody had time." })).await.is(200);
        amina.step(&format!("{late}/approve")).await.is(200);
        olu.step(&format!("{late}/publish")).await.is_problem(409, "rule-not-met").names(&["/number"]);
        assert_eq!(text(&app.anonymous().get(&format!("{guide}/content")).await), "Two.");
    }
);

story!(
    async fn versions_that_are_uploaded_or_published_at_once_follow_each_other(app) {
        let (olu, amina) = (app.officer().await, app.admin().await);
        let guide = document(&olu, "everyone").await;
        let versions = format!("{guide}/versions");
        let each = (0..5).map(|at| olu.upload(&versions, form("guide.txt", None, format!("Text {at}").as_bytes())));
        let mut numbers = Vec::new();
        let mut addresses = Vec::new();
        for added in futures_util::future::join_all(each).await {
            let added = added.is(201);
            numbers.push(added.body["number"].as_i64().unwrap());
            addresses.push(added.header("location").to_owned());
        }
        numbers.sort_unstable();
        assert_eq!(numbers, [1, 2, 3, 4, 5]);
        for address in &addresses {
            olu.post(&format!("{address}/consult"), json!({ "consultation": "Asked." })).await.is(200);
            amina.step(&format!("{address}/approve")).await.is(200);
        }
        let publish: Vec<_> = addresses.iter().map(|address| format!("{address}/publish")).collect();
        let each = publish.iter().map(|address| olu.step(address));
        for answer in futures_util::future::join_all(each).await {
            assert!(matches!(answer.status, 200 | 409), "{:#}", answer.body);
        }
        let published = olu.get(&format!("{versions}?status=published")).await.is(200);
        assert_eq!(published.body["items"].as_array().unwrap().len(), 1, "{:#}", published.body);
    }
);

story!(
    async fn a_document_is_for_those_for_whom_it_is(app) {
        let (olu, amina) = (app.officer().await, app.admin().await);
        let (ada, _) = app.partner("ada").await;
        let foreign = app.user("bea", equal_partners::access::Role::Partner, "R0A").await;
        for (audience, partner, other_partner, public) in
            [("everyone", 200, 200, 200), ("partners", 200, 404, 404), ("staff", 404, 404, 404)]
        {
            let guide = document(&olu, audience).await;
            let version = published_version(&olu, &amina, &guide, "Text.").await.header("location").to_owned();
            for path in [guide.clone(), format!("{guide}/content"), format!("{guide}/versions"), format!("{version}/content"), version] {
                assert_eq!(ada.get(&path).await.status, partner, "{audience} {path}");
                assert_eq!(foreign.get(&path).await.status, other_partner, "{audience} {path}");
                assert_eq!(app.anonymous().get(&path).await.status, public, "{audience} {path}");
                assert_eq!(app.lead().await.get(&path).await.status, 200, "{audience} {path}");
            }
        }
        // Another organisation reads what is public, and changes nothing of it.
        let guide = document(&olu, "everyone").await;
        published_version(&olu, &amina, &guide, "Text.").await;
        let stan = app.stranger().await;
        let tag = stan.get(&guide).await.is(200).etag().to_owned();
        stan.patch(&guide, &tag, json!({ "title": "Mine now" })).await.is_problem(404, "not-found");
        stan.upload(&format!("{guide}/versions"), form("guide.txt", None, b"Mine.")).await.is_problem(404, "not-found");
        keeps(app, 4).await;
    }
);

/// An archive in which these files are.
fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

story!(
    async fn a_file_that_is_not_what_it_says_is_refused_and_nothing_is_left(app) {
        let olu = app.officer().await;
        let versions = format!("{}/versions", document(&olu, "everyone").await);
        let word = archive(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w/>")]);
        let bomb = archive(&[("word/document.xml", &vec![0; 64 * 1024 * 1024])]);
        let macros = archive(&[("word/document.xml", b"<w/>"), ("word/vbaProject.bin", b"Sub AutoOpen()")]);
        let pdf = b"%PDF-1.7\n1 0 obj".as_slice();
        let wrong: &[(&str, Option<&str>, &[u8], &str)] = &[
            // The name, the declared type and the bytes have to agree.
            ("guide.pdf", None, b"MZ\x90\0 this program cannot be run", "contradiction"),
            ("guide.pdf", Some("image/png"), pdf, "contradiction"),
            ("guide.txt", Some("text/plain"), b"<html><script>alert(1)</script></html>", "contradiction"),
            ("guide.txt", None, b"caf\xe9", "contradiction"),
            ("guide.txt", None, b"half a letter \xc3", "contradiction"),
            ("guide.txt", None, b"nothing\0here", "contradiction"),
            ("guide.xlsx", None, &word, "contradiction"),
            ("guide.docx", None, b"PK\x03\x04 no archive at all", "unreadable"),
            ("guide.docx", None, &bomb, "archiveBomb"),
            ("guide.docx", None, &macros, "macros"),
            ("guide.pdf", None, b"", "empty"),
            // What runs is not taken under any name.
            ("guide.html", Some("text/html"), b"<p>", "unknownType"),
            ("guide.svg", Some("image/svg+xml"), b"<svg/>", "unknownType"),
            ("guide.exe", None, b"MZ", "unknownType"),
            ("guide", None, pdf, "unknownType"),
            // A name is no path.
            ("../../../../etc/cron.d/guide.pdf", None, pdf, "name"),
            ("..\\\\guide.pdf", None, pdf, "name"),
            ("/guide.pdf", None, pdf, "name"),
            ("guide\u{202e}fdp.pdf", None, pdf, "name"),
        ];
        for (name, declared, bytes, code) in wrong {
            let answer = olu.upload(&versions, form(name, *declared, bytes)).await;
            assert_eq!(answer.status, 422, "{name}: {:#}", answer.body);
            let answer = answer.is_problem(422, "invalid-fields").names(&["/file"]);
            assert_eq!(answer.body["errors"][0]["code"], *code, "{name}: {:#}", answer.body);
        }
        for (name, bytes) in [("guide.docx", word.as_slice()), ("Führer.pdf", pdf), ("BMI.txt", b"BMI is a number.")] {
            olu.upload(&versions, form(name, None, bytes)).await.is(201);
        }
        keeps(app, 3).await;
    }
);

story!(
    async fn the_fields_of_a_form_are_told_like_those_of_json(app) {
        let olu = app.officer().await;
        let guide = document(&olu, "everyone").await;
        let versions = format!("{guide}/versions");
        let file = |form: Form| form.file("guide.txt", None, b"Text.");
        let empty = olu.upload(&versions, file(Form::new())).await;
        empty.is_problem(422, "invalid-fields").names(&["/changeNote", "/language"]);
        let missing = olu.upload(&versions, Form::new().field("changeNote", "New.").field("language", "en")).await;
        missing.is_problem(422, "invalid-fields").names(&["/file"]);
        let unknown = olu.upload(&versions, form("guide.txt", None, b"Text.").field("colour", "red")).await;
        unknown.is_problem(422, "invalid-fields").names(&["/colour"]);
        let twice = olu.upload(&versions, form("guide.txt", None, b"Text.").field("language", "cy")).await;
        twice.is_problem(422, "invalid-fields").names(&["/language"]);
        let two = olu.upload(&versions, form("guide.txt", None, b"Text.").file("b.txt", None, b"Text.")).await;
        two.is_problem(422, "invalid-fields").names(&["/file"]);
        let order = form("guide.txt", None, b"Text.").field("effectiveFrom", "2027-01-02").field("reviewOn", "2027-01-01");
        olu.upload(&versions, order).await.is_problem(422, "invalid-fields").names(&["/reviewOn"]);
        let heard = form("guide.txt", None, b"Text.").field("format", "audio");
        olu.upload(&versions, heard).await.is_problem(422, "invalid-fields").names(&["/format"]);
        let long = form("guide.txt", None, b"Text.").field("format", &"x".repeat(70_000));
        olu.upload(&versions, long).await.is_problem(413, "content-too-large");
        let request = olu.request(Method::POST, &versions).body(FORM, "no form at all");
        request.send().await.is_problem(400, "malformed-request");
        let request = olu.request(Method::POST, &versions).json(json!({ "language": "en" }));
        assert_eq!(request.send().await.is_problem(415, "unsupported-media-type").header("accept"), "multipart/form-data");
        // A field that is left empty, as browsers send it, is not there.
        let blank = form("guide.txt", None, b"Text.").field("reviewOn", "");
        assert_eq!(olu.upload(&versions, blank).await.is(201).body["reviewOn"], Value::Null);
        keeps(app, 1).await;
    }
);

story!(
    async fn a_connection_that_is_cut_leaves_nothing(app) {
        let olu = app.officer().await;
        let versions = format!("{}/versions", document(&olu, "everyone").await);
        let address = app.url.trim_start_matches("http://").to_owned();
        let token = olu.token.clone().unwrap();
        let mut connection = tokio::net::TcpStream::connect(&address).await.unwrap();
        let part = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"long.pdf\"\r\n\r\n%PDF-1.7\n{}",
            "x".repeat(3 * 1024 * 1024)
        );
        let head = format!(
            "POST {versions} HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer {token}\r\nContent-Type: {FORM}\r\nContent-Length: 50000000\r\n\r\n"
        );
        connection.write_all(head.as_bytes()).await.unwrap();
        connection.write_all(part.as_bytes()).await.unwrap();
        // It is being written.
        keeps(app, 1).await;
        drop(connection);
        keeps(app, 0).await;
        olu.upload(&versions, form("guide.txt", None, b"Text.")).await.is(201);
        keeps(app, 1).await;
    }
);

story!(
    async fn a_repeated_upload_is_kept_once(app) {
        let olu = app.officer().await;
        let versions = format!("{}/versions", document(&olu, "everyone").await);
        let send = async |boundary: &str, text: &str| {
            let body = form("guide.txt", None, text.as_bytes()).body();
            let body = String::from_utf8(body).unwrap().replace(BOUNDARY, boundary);
            let kind = format!("multipart/form-data; boundary={boundary}");
            let request = olu.request(Method::POST, &versions).header("Idempotency-Key", "once");
            request.body(&kind, body).send().await
        };
        let first = send("one", "Text.").await.is(201);
        // Each program makes its own boundary each time: the form is the same.
        assert_eq!(send("another", "Text.").await.is(201).body, first.body);
        send("one", "Another text.").await.is_problem(422, "idempotency-key-reused");
        keeps(app, 1).await;
    }
);

story!(
    async fn a_file_comes_back_as_it_was_sent_whole_or_in_parts(app) {
        let (olu, amina) = (app.officer().await, app.admin().await);
        let guide = document(&olu, "everyone").await;
        let words: String = (0..200_000).map(|at| format!("{at:06}\n")).collect();
        published_version(&olu, &amina, &guide, &words).await;
        let at = format!("{guide}/content");
        let whole = app.anonymous().get(&at).await.is(200);
        assert_eq!(whole.bytes, words.as_bytes());
        let digest = equal_partners::http::digest_of(words.as_bytes());
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(whole.etag(), format!("\"{hex}\""));
        assert!(whole.header("repr-digest").starts_with("sha-256=:"));
        assert_eq!(whole.header("accept-ranges"), "bytes");
        assert_eq!(whole.header("content-type"), "text/plain; charset=utf-8");
        assert!(whole.header("content-disposition").starts_with("attachment; filename=\"guide.txt\""));
        assert!(whole.header("content-security-policy").contains("default-src 'none'"));
        let ask = async |headers: &[(&str, &str)]| {
            let request = app.anonymous().request(Method::GET, &at);
            let request = headers.iter().fold(request, |request, (name, value)| request.header(name, value));
            request.send().await
        };
        let length = words.len();
        for (range, from, to) in [
            ("bytes=0-6", 0, 7), ("bytes=7-", 7, length), ("bytes=-7", length - 7, length),
            ("bytes=100-99999999", 100, length), ("bytes=500000-500100", 500_000, 500_101),
        ] {
            let part = ask(&[("Range", range)]).await.is(206);
            assert_eq!(part.bytes, words.as_bytes()[from..to], "{range}");
            assert_eq!(part.header("content-range"), format!("bytes {from}-{}/{length}", to - 1));
            assert_eq!(part.header("content-length"), (to - from).to_string());
            assert_eq!(part.header("repr-digest"), whole.header("repr-digest"));
        }
        for range in ["bytes=99999999-", "bytes=-0"] {
            let beyond = ask(&[("Range", range)]).await.is_problem(416, "range-not-satisfiable");
            assert_eq!(beyond.header("content-range"), format!("bytes */{length}"));
        }
        for range in ["bytes=7-6", "bytes=a-b", "lines=0-6", "bytes=0-1,5-6", "0-6"] {
            assert_eq!(ask(&[("Range", range)]).await.is(200).bytes.len(), length, "{range}");
        }
        let tag = whole.etag();
        ask(&[("Range", "bytes=0-6"), ("If-Range", tag)]).await.is(206);
        ask(&[("Range", "bytes=0-6"), ("If-Range", "\"another\"")]).await.is(200);
        ask(&[("Range", "bytes=0-6"), ("If-Range", "Sun, 22 Nov 2026 09:00:00 GMT")]).await.is(200);
        ask(&[("Range", "bytes=0-6"), ("If-None-Match", tag)]).await.is(304);
        ask(&[("Accept", "application/pdf")]).await.is_problem(406, "not-acceptable");
        ask(&[("Accept", "text/plain")]).await.is(200);
        let head = app.anonymous().request(Method::HEAD, &at).header("Range", "bytes=0-6").send().await.is(200);
        assert_eq!(head.header("content-length"), length.to_string());
    }
);

#[actix_web::test]
async fn a_file_and_all_files_of_an_organisation_have_a_limit() {
    let url = database::sqlite().await;
    let config = Config::read(|name| match name {
        "EQUAL_PARTNERS_DATABASE_URL" => Some(url.clone()),
        "EQUAL_PARTNERS_BIND" => Some("127.0.0.1:0".to_owned()),
        "EQUAL_PARTNERS_PUBLIC_URL" => Some("https://equal-partners.test".to_owned()),
        "EQUAL_PARTNERS_FILES_URL" => Some(database::files_url(&url)),
        "EQUAL_PARTNERS_LARGEST_FILE_MB" => Some("1".to_owned()),
        "EQUAL_PARTNERS_FILES_QUOTA_MB" => Some("2".to_owned()),
        _ => None,
    });
    let app = TestApp::with_config(config.unwrap(), url).await;
    let olu = app.officer().await;
    let versions = format!("{}/versions", document(&olu, "everyone").await);
    let megabyte = "x".repeat(1024 * 1024);
    let larger = format!("{megabyte}x");
    let answer = olu
        .upload(&versions, form("guide.txt", None, larger.as_bytes()))
        .await;
    answer.is_problem(413, "content-too-large");
    for _ in 0..2 {
        olu.upload(&versions, form("guide.txt", None, megabyte.as_bytes()))
            .await
            .is(201);
    }
    let answer = olu.upload(&versions, form("guide.txt", None, b"x")).await;
    answer.is_problem(409, "no-room-for-files");
    keeps(&app, 2).await;
    app.stop().await;
}

story!(
    async fn what_no_change_names_is_swept_up_and_what_is_kept_stays(app) {
        let olu = app.officer().await;
        let versions = format!("{}/versions", document(&olu, "everyone").await);
        olu.upload(&versions, form("guide.txt", None, b"Text.")).await.is(201);
        let [stays] = kept(app).try_into().unwrap();
        let left = stays.with_file_name(uuid::Uuid::now_v7().to_string());
        let half = stays.with_file_name(format!("{}#1", uuid::Uuid::now_v7()));
        let young = stays.with_file_name(uuid::Uuid::now_v7().to_string());
        for path in [&left, &half, &young] {
            std::fs::write(path, b"left behind").unwrap();
        }
        for path in [&left, &half, &stays] {
            let file = std::fs::File::options().write(true).open(path).unwrap();
            file.set_modified(std::time::SystemTime::now() - Duration::from_secs(2 * 60 * 60)).unwrap();
        }
        equal_partners::files::sweep(&app.state.store, &app.state.files).await.unwrap();
        assert!(stays.exists() && young.exists());
        assert!(!left.exists() && !half.exists());
    }
);
