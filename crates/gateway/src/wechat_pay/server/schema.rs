//! The strict body rules of WeChat Pay as data, and the judge that applies them.
//! Unknown members are refused: that is what makes misspelt settings visible.

use serde_json::{Map, Value, json};

use super::error_reply::ErrorReply;

/// One documented member.
pub(super) struct Field {
    pub name: &'static str,
    /// The provider's name of the field, as its messages use it.
    pub title: &'static str,
    pub required: bool,
    pub rule: Rule,
    /// Numeric tail of `Request-ID` where the member is required and absent, if one is known.
    absent: u32,
}

/// What a member may hold.
pub(super) enum Rule {
    /// A string of so many bytes, and a test of its form.
    Text {
        min: usize,
        max: usize,
        form: Form,
    },
    /// An integer of at least this.
    Integer {
        min: i64,
    },
    Flag,
    Object(&'static [Field]),
    List(&'static [Field]),
}

/// What a string looks like, and the pattern that the service quotes where one is known.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub holds: fn(&str) -> bool,
    pub pattern: &'static str,
}

impl Rule {
    pub const fn text(min: usize, max: usize) -> Self {
        Self::formed(min, max, |_| true)
    }

    /// A string of a form whose pattern is not known.
    pub const fn formed(min: usize, max: usize, holds: fn(&str) -> bool) -> Self {
        Self::Text { min, max, form: Form { holds, pattern: "" } }
    }
}

impl Field {
    pub const fn must(name: &'static str, title: &'static str, rule: Rule) -> Self {
        Self { name, title, required: true, rule, absent: 0 }
    }

    pub const fn may(name: &'static str, title: &'static str, rule: Rule) -> Self {
        Self { name, title, required: false, rule, absent: 0 }
    }

    /// The same, whose absence has a number of its own.
    pub const fn without(self, absent: u32) -> Self {
        Self { absent, ..self }
    }
}

/// Parses a body and judges it: first its form, then unknown members, then every field in order.
pub(super) fn check(body: &[u8], fields: &'static [Field]) -> Result<Map<String, Value>, ErrorReply> {
    let Ok(Value::Object(object)) = serde_json::from_slice(body) else {
        return Err(ErrorReply::parameter("请求体不是合法的JSON对象").detail(json!({ "location": "body" })));
    };
    if object.values().any(has_long_characters) {
        return Err(ErrorReply::parameter("请求内容传入了非UTF8参数").detail(json!({ "location": "body" })));
    }
    let mut unknown = Vec::new();
    strangers(&object, fields, "/body", &mut unknown);
    if !unknown.is_empty() {
        return Err(ErrorReply::parameter("请求中含有未在API文档中定义的参数").detail(json!({ "location": null, "value": unknown })));
    }
    judge(&object, fields, "/body")?;
    Ok(object)
}

/// Whether a string somewhere holds a character of four bytes, such as an emoji, which the service takes for no UTF-8.
fn has_long_characters(value: &Value) -> bool {
    match value {
        Value::String(text) => text.chars().any(|character| character.len_utf8() > 3),
        Value::Array(items) => items.iter().any(has_long_characters),
        Value::Object(members) => members.values().any(has_long_characters),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Collects the paths of members that are not documented.
fn strangers(object: &Map<String, Value>, fields: &[Field], path: &str, unknown: &mut Vec<String>) {
    for (name, value) in object {
        let path = format!("{path}/{name}");
        match fields.iter().find(|field| field.name == name).map(|field| &field.rule) {
            None => leaves(value, path, unknown),
            Some(Rule::Object(inner)) => {
                if let Value::Object(value) = value {
                    strangers(value, inner, &path, unknown);
                }
            }
            Some(Rule::List(inner)) => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    if let Value::Object(item) = item {
                        strangers(item, inner, &format!("{path}/{index}"), unknown);
                    }
                }
            }
            Some(Rule::Text { .. } | Rule::Integer { .. } | Rule::Flag) => {}
        }
    }
}

/// Judges what stands in a path, after percent-decoding.
pub(super) fn check_path(field: &Field, text: &str) -> Result<(), ErrorReply> {
    field.judge(&Value::from(text), &format!("/uri_template/{}", field.name))
}

/// The paths of all that is inside of a member that is not documented, or its own.
fn leaves(value: &Value, path: String, unknown: &mut Vec<String>) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            members.iter().for_each(|(name, value)| leaves(value, format!("{path}/{name}"), unknown));
        }
        _ => unknown.push(path),
    }
}

fn judge(object: &Map<String, Value>, fields: &[Field], path: &str) -> Result<(), ErrorReply> {
    for field in fields {
        let path = format!("{path}/{}", field.name);
        match object.get(field.name) {
            Some(value) => field.judge(value, &path)?,
            None if field.required => {
                return Err(field.defect(&path, "必填性规则校验失败，此字段为必填项", json!("")).internal(field.absent));
            }
            None => {}
        }
    }
    Ok(())
}

impl Field {
    fn judge(&self, value: &Value, path: &str) -> Result<(), ErrorReply> {
        match (&self.rule, value) {
            (Rule::Text { min, max, form }, Value::String(text)) => self.judge_text(path, text, *min, *max, *form),
            (Rule::Integer { min }, Value::Number(number)) => match number.as_i64() {
                Some(number) if number >= *min => Ok(()),
                Some(_) => Err(self.defect(path, &format!("规则校验失败，值低于最小值 {min}"), value.clone())),
                None => Err(self.mistyped(path, value)),
            },
            (Rule::Flag, Value::Bool(_)) => Ok(()),
            (Rule::Object(fields), Value::Object(object)) => judge(object, fields, path),
            (Rule::List(fields), Value::Array(items)) => items.iter().enumerate().try_for_each(|(index, item)| {
                let path = format!("{path}/{index}");
                match item {
                    Value::Object(object) => judge(object, fields, &path),
                    _ => Err(self.mistyped(&path, item)),
                }
            }),
            _ => Err(self.mistyped(path, value)),
        }
    }

    fn judge_text(&self, path: &str, text: &str, min: usize, max: usize, form: Form) -> Result<(), ErrorReply> {
        let length = text.len();
        let (rule, value) = match (length, form.pattern) {
            // Of an empty string the service speaks otherwise than of a short one.
            (0, _) if min > 0 => (format!("字符串规则校验失败，字符数 0，小于最小值 {min}"), json!("")),
            _ if length < min => (format!("字符串规则校验失败，字节数 {length}，小于最小值 {min}"), json!(length)),
            _ if length > max => (format!("字符串规则校验失败，字节数 {length}，大于最大值 {max}"), json!(length)),
            _ if (form.holds)(text) => return Ok(()),
            (_, "") => ("字符串规则校验失败，字符串不匹配正则表达式".to_owned(), json!(text)),
            (_, pattern) => (format!("字符串规则校验失败，字符串必须匹配正则表达式“{pattern}”"), json!(text)),
        };
        Err(self.defect(path, &rule, value))
    }

    fn mistyped(&self, path: &str, value: &Value) -> ErrorReply {
        self.defect(path, "规则校验失败，值的类型不正确", value.clone())
    }

    fn defect(&self, path: &str, rule: &str, value: Value) -> ErrorReply {
        let kind = match self.rule {
            Rule::Text { .. } => "字符串字段",
            Rule::Integer { .. } => "数值字段",
            Rule::Flag => "布尔字段",
            Rule::Object(_) => "对象字段",
            Rule::List(_) => "数组字段",
        };
        let location = path.split('/').nth(1).unwrap_or_default();
        ErrorReply::parameter(format!("输入源“{path}”映射到{kind}“{}”{rule}", self.title))
            .detail(json!({ "location": location, "value": value }))
    }
}
