//! Pages as browsers without scripts have them: what they show, and their forms filled in and sent.

use reqwest::header::HeaderMap;

pub(crate) const PHONE: &str = "Mozilla/5.0 (Linux; Android 14) Chrome/120.0 Mobile Safari/537.36";
pub(crate) const DESK: &str = "Mozilla/5.0 (X11; Linux x86_64) Chrome/120.0 Safari/537.36";

/// A page: status, heads and HTML.
pub(crate) struct Told {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) html: String,
}

impl Told {
    pub(crate) async fn of(sending: reqwest::RequestBuilder) -> Told {
        let response = sending.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Told { status, headers, html: response.text().await.unwrap() }
    }

    /// The tokens of the page's forms.
    pub(crate) fn token(&self) -> String {
        self.html.split_once("name=\"token\" value=\"").unwrap().1.split('"').next().unwrap().to_owned()
    }

    /// The hidden fields of the form by POST that holds a text.
    pub(crate) fn hidden(&self, holds: &str) -> Vec<(String, String)> {
        let forms = self.html.split("<form method=\"post\"").skip(1).map(|form| form.split("</form>").next().unwrap());
        let form = forms.into_iter().find(|form| form.contains(holds)).unwrap_or_else(|| panic!("no form holds {holds}: {}", self.html));
        let inputs = form.split("<input type=\"hidden\" name=\"").skip(1);
        inputs
            .map(|input| {
                let (name, rest) = input.split_once("\" value=\"").unwrap();
                (name.to_owned(), plain(rest.split('"').next().unwrap()))
            })
            .collect()
    }
}

fn plain(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// A form as browsers send it.
pub(crate) fn filled<A: AsRef<str>, B: AsRef<str>>(sending: reqwest::RequestBuilder, fields: &[(A, B)]) -> reqwest::RequestBuilder {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    sending.header("content-type", "application/x-www-form-urlencoded").body(body)
}

/// A browser that follows nothing by itself.
pub(crate) fn browser() -> reqwest::Client {
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}
