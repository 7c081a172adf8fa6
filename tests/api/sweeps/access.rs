//! Who may call what: the document, the table of permissions and the behaviour are the same.

use equal_partners::access::{Role, TABLE};

use super::is_excepted;
use crate::harness::operations::Operation;
use crate::harness::people::{client, seed};
use crate::harness::{Answer, story};

/// Whether the caller was refused for want of a permission. Other refusals with 403 have names of
/// their own and come after it: not on the panel, the same person.
fn is_refused(answer: &Answer) -> bool {
    match answer.status {
        401 => true,
        403 => answer.body["type"] == "/problems/insufficient-scope",
        _ => false,
    }
}

story!(
    async fn without_a_token_only_open_operations_answer(app) {
        let records = seed(app, "RXL").await;
        for operation in Operation::versioned() {
            let answer = operation.request(&app.anonymous(), &records).send().await;
            match operation.is_open() {
                true => assert!(!is_refused(&answer), "{} is open: {:#}", operation.name(), answer.body),
                false => {
                    let answer = answer.is_problem(401, "unauthenticated");
                    assert_eq!(answer.header("www-authenticate"), "Bearer", "{}", operation.name());
                }
            }
        }
    }
);

story!(
    async fn a_token_that_is_none_of_ours_is_refused_everywhere(app) {
        let records = seed(app, "RXL").await;
        for operation in Operation::versioned() {
            let answer = operation.request(&app.bearer("garbage"), &records).send().await;
            assert_eq!(answer.status, 401, "{}: {:#}", operation.name(), answer.body);
            let answer = answer.is_problem(401, "invalid-token");
            assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"");
        }
    }
);

story!(
    async fn an_operation_needs_the_permission_that_the_document_names_and_no_other(app) {
        let records = seed(app, "RXL").await;
        for row in TABLE {
            let operations: Vec<_> = Operation::versioned()
                .into_iter()
                .filter(|operation| operation.permission() == Some(row.scope))
                .collect();
            let others: Vec<&str> =
                TABLE.iter().map(|other| other.scope).filter(|scope| *scope != row.scope).collect();
            let (without, with) =
                (client(app, "RXL", &others).await, client(app, "RXL", &[row.scope]).await);
            for operation in operations {
                let name = operation.name();
                let answer = operation.request(&without, &records).send().await;
                assert_eq!(answer.status, 403, "{name} without {}: {:#}", row.scope, answer.body);
                let answer = answer.is_problem(403, "insufficient-scope");
                let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"{}\"", row.scope);
                assert_eq!(answer.header("www-authenticate"), challenge, "{name}");
                assert!(answer.body["detail"].as_str().unwrap().contains(row.scope), "{name}");
                if !is_excepted("access", &name) {
                    let answer = operation.request(&with, &records).send().await;
                    assert!(!is_refused(&answer), "{name} with {} alone: {:#}", row.scope, answer.body);
                }
            }
        }
    }
);

story!(
    async fn what_each_role_may_do_is_what_the_table_says(app) {
        let records = seed(app, "RXL").await;
        for role in Role::ALL {
            let person = match role {
                Role::Public => app.anonymous(),
                role => app.user(&format!("{role} of the sweep"), *role, "RXL").await,
            };
            for operation in Operation::versioned() {
                let Some(permission) = operation.permission() else { continue };
                let row = TABLE.iter().find(|row| row.scope == permission).unwrap();
                let granted = row.grants.iter().any(|(holder, _)| holder == role);
                let answer = operation.request(&person, &records).send().await;
                assert_eq!(
                    !is_refused(&answer), granted,
                    "{} as {role}: the table and the behaviour differ: {} {:#}",
                    operation.name(), answer.status, answer.body
                );
            }
        }
    }
);

story!(
    async fn another_organisations_record_is_not_told_from_one_that_never_was(app) {
        let (ours, theirs) = (seed(app, "RXL").await, seed(app, "R0A").await);
        let admin = app.everybody().await;
        let scopes: Vec<&str> = TABLE.iter().map(|row| row.scope).collect();
        let client = client(app, "RXL", &scopes).await;
        for operation in Operation::which(|operation| operation.path.contains("{id}")) {
            let name = operation.name();
            if is_excepted("tenancy", &name) {
                continue;
            }
            for caller in [&admin, &client] {
                // The body refers to records of ours: what is wrong is the address alone.
                let call = async |address: String| {
                    let request = caller.request(operation.method.clone(), &address);
                    let request = match operation.body(&ours) {
                        Some((media_type, body)) => request.body(media_type, body),
                        None => request,
                    };
                    request.header("If-Match", "\"1\"").send().await
                };
                let foreign = operation.at(&theirs);
                let unknown = operation.at(&ours.unknown());
                let (foreign_answer, unknown_answer) = (call(foreign.clone()).await, call(unknown.clone()).await);
                assert_eq!(foreign_answer.status, 404, "{name} on another organisation's record: {:#}", foreign_answer.body);
                let text = |answer: &Answer| String::from_utf8_lossy(&answer.bytes).into_owned();
                let path = |address: &str| address.split('?').next().unwrap().to_owned();
                assert_eq!(
                    text(&foreign_answer).replace(&path(&foreign), "HERE"),
                    text(&unknown_answer).replace(&path(&unknown), "HERE"),
                    "{name}: another organisation's record is told from an unknown one"
                );
            }
        }
    }
);
