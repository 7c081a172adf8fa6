//! How a kept file goes out: whole or in ranges (RFC 9110, section 14), with its digest (RFC 9530).

use std::ops::Range;
use std::str::FromStr;

use actix_web::body::SizedStream;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    self, ByteRangeSpec, Charset, ContentDisposition, DispositionParam, DispositionType,
    ExtendedValue, HeaderName, HeaderValue,
};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use futures_util::{StreamExt, TryStreamExt};
use object_store::{GetOptions, GetRange};

use super::entity::Model;
use super::file_store::{out_of_reach, path_of};
use crate::app::State;
use crate::http::{Context, PRIVATE, Problem, Taken, VARY, accepts, known, types};

const REPR_DIGEST: HeaderName = HeaderName::from_static("repr-digest");

/// What of a file is sent.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Whole,
    Part(Range<u64>),
    Beyond,
}

/// What a Range header asks for. One that cannot be read is ignored, and so is one with several ranges: the whole is
/// as good an answer.
fn asked(range: Option<&str>, length: u64) -> Asked {
    let Some(Ok(header::Range::Bytes(ranges))) = range.map(header::Range::from_str) else {
        return Asked::Whole;
    };
    match ranges.as_slice() {
        [ByteRangeSpec::FromTo(from, to)] if from > to => Asked::Whole,
        [one] => match one.to_satisfiable_range(length) {
            Some((from, to)) => Asked::Part(from..to + 1),
            None => Asked::Beyond,
        },
        _ => Asked::Whole,
    }
}

impl Model {
    /// The entity tag, without quotes: the bytes never change.
    fn tag(&self) -> String {
        self.hex()
    }

    fn length(&self) -> u64 {
        u64::try_from(self.length).unwrap_or_default()
    }

    /// Which part of it the request wants, if what it has of it is still the same (If-Range).
    fn wanted(&self, request: &HttpRequest) -> Asked {
        let text = |name: HeaderName| request.headers().get(name)?.to_str().ok();
        let tag = format!("\"{}\"", self.tag());
        let same = text(header::IF_RANGE).is_none_or(|seen| seen == tag);
        let once = request.headers().get_all(header::RANGE).count() == 1;
        match same && once && !Context::of(request).is_head() {
            true => asked(text(header::RANGE), self.length()),
            false => Asked::Whole,
        }
    }

    /// Answers with the file, or the part of it that is asked for. `links` are further Link headers.
    pub async fn send(
        &self,
        request: &HttpRequest,
        links: &[String],
    ) -> Result<HttpResponse, Problem> {
        if !accepts(request.headers(), &self.media_type) {
            let essence = self.media_type.split(';').next().unwrap_or_default();
            let detail = format!("The file is {essence}");
            return Err(Problem::new(&types::NOT_ACCEPTABLE, detail));
        }
        let tag = self.tag();
        if known(request, &tag) {
            let mut answer = HttpResponse::NotModified();
            self.describe(&mut answer, links);
            return Ok(answer.finish());
        }
        let (status, range) = match self.wanted(request) {
            Asked::Whole => (StatusCode::OK, 0..self.length()),
            Asked::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
            Asked::Beyond => {
                let detail = format!("The file has {} bytes", self.length);
                return Err(Problem::new(&types::RANGE_NOT_SATISFIABLE, detail)
                    .with_header(header::CONTENT_RANGE, format!("bytes */{}", self.length)));
            }
        };
        let mut answer = HttpResponse::build(status);
        self.describe(&mut answer, links);
        answer
            .insert_header((header::ACCEPT_RANGES, "bytes"))
            .insert_header((header::CONTENT_TYPE, self.media_type.as_str()))
            .insert_header((
                REPR_DIGEST,
                format!("sha-256=:{}:", BASE64_STANDARD.encode(&self.digest)),
            ))
            .insert_header((header::CONTENT_DISPOSITION, disposition(&self.name)));
        if status == StatusCode::PARTIAL_CONTENT {
            let text = format!("bytes {}-{}/{}", range.start, range.end - 1, self.length);
            answer.insert_header((header::CONTENT_RANGE, text));
        }
        let length = range.end - range.start;
        let pieces = self.pieces(request, range).await?;
        Ok(answer.body(SizedStream::new(length, pieces)))
    }

    fn describe(&self, answer: &mut actix_web::HttpResponseBuilder, links: &[String]) {
        answer
            .insert_header((header::ETAG, format!("\"{}\"", self.tag())))
            .insert_header((header::CACHE_CONTROL, PRIVATE))
            .insert_header((header::VARY, VARY));
        for link in links {
            if let Ok(link) = HeaderValue::from_str(link) {
                answer.append_header((header::LINK, link));
            }
        }
    }

    async fn pieces(
        &self,
        request: &HttpRequest,
        range: Range<u64>,
    ) -> Result<
        impl futures_util::Stream<Item = Result<actix_web::web::Bytes, actix_web::Error>> + 'static,
        Problem,
    > {
        let state = request.app_data::<Data<State>>();
        let state = state.ok_or_else(|| Problem::internal("the state is not set up"))?;
        let options = GetOptions {
            range: Some(GetRange::Bounded(range)),
            ..GetOptions::default()
        };
        let found = state
            .files
            .store()?
            .get_opts(&path_of(self.id), options)
            .await;
        let found = found.map_err(|error| out_of_reach(&error))?;
        let taken = Taken::on(request);
        let pieces = found.into_stream().inspect(move |_| taken.goes_on());
        Ok(pieces.map_err(|error| actix_web::Error::from(out_of_reach(&error))))
    }
}

/// Always to be saved, never shown in the page's own name (RFC 6266).
fn disposition(name: &str) -> ContentDisposition {
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_graphic() && !"\"\\%;".contains(c) || c == ' ' {
                c
            } else {
                '_'
            }
        })
        .collect();
    let extended = ExtendedValue {
        charset: Charset::Ext("UTF-8".to_owned()),
        language_tag: None,
        value: name.as_bytes().to_vec(),
    };
    ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![
            DispositionParam::Filename(plain),
            DispositionParam::FilenameExt(extended),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_a_part_and_what_cannot_be_read_is_the_whole() {
        let range = |text| asked(Some(text), 100);
        assert_eq!(asked(None, 100), Asked::Whole);
        assert_eq!(range("bytes=0-9"), Asked::Part(0..10));
        assert_eq!(range("bytes=90-"), Asked::Part(90..100));
        assert_eq!(range("bytes=-10"), Asked::Part(90..100));
        assert_eq!(range("bytes=-1000"), Asked::Part(0..100));
        assert_eq!(range("bytes=50-1000"), Asked::Part(50..100));
        for beyond in ["bytes=100-", "bytes=100-200", "bytes=-0"] {
            assert_eq!(range(beyond), Asked::Beyond, "{beyond}");
        }
        for whole in [
            "bytes=9-0",
            "bytes=",
            "bytes=a-b",
            "lines=0-9",
            "0-9",
            "bytes=0-1,5-6",
            "",
        ] {
            assert_eq!(range(whole), Asked::Whole, "{whole}");
        }
    }

    #[test]
    fn a_name_goes_back_as_it_came_and_no_header_is_smuggled_in_it() {
        let text = disposition("Führer \"x\"; a.pdf").to_string();
        assert!(
            text.starts_with("attachment; filename=\"F_hrer _x__ a.pdf\""),
            "{text}"
        );
        assert!(text.contains("filename*=UTF-8''F%C3%BChrer"), "{text}");
    }

    proptest::proptest! {
        #[test]
        fn a_part_lies_within_the_file(from in 0u64..300, to in 0u64..300, length in 1u64..200) {
            match asked(Some(&format!("bytes={from}-{to}")), length) {
                Asked::Part(range) => {
                    proptest::prop_assert!(range.start == from && range.end <= length && range.start < range.end);
                }
                Asked::Beyond => proptest::prop_assert!(from >= length && from <= to),
                Asked::Whole => proptest::prop_assert!(from > to),
            }
        }
    }
}
