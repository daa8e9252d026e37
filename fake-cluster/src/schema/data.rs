//! Reads the embedded kind data (`data/kinds.txt`, written by `tools/kube-schema`) into [`Types`].
use std::collections::HashMap;

use crate::schema::strategic::strategies;
use crate::schema::types::{DEDUCED, Field, Go, Map, Name, Relation, Scalar, Type, TypeId, Types, UNTYPED};

pub(crate) const KINDS: &str = include_str!("data/kinds.txt");

/// A built-in kind's group, version, kind and type.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) group: &'static str,
    pub(crate) version: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) root: TypeId,
}

/// All built-in types and the kinds among them.
#[derive(Debug)]
pub(crate) struct Data {
    pub(crate) release: &'static str,
    pub(crate) types: Types,
    pub(crate) kinds: Vec<Listed>,
    pub(crate) object_meta: TypeId,
}

/// Parses the embedded data; a line that cannot be read is a defect that the tests find, and is skipped here.
pub(crate) fn load() -> Data {
    let mut reader = Reader { types: Types::new(), expressions: HashMap::new() };
    let mut data = Data { release: "", types: Types::new(), kinds: Vec::new(), object_meta: DEDUCED };
    let mut open: Option<Block> = None;
    for line in KINDS.lines() {
        if let Some(field) = line.strip_prefix(' ') {
            if let (Some(block), Some(field)) = (&mut open, reader.field(field)) {
                block.fields.push(field);
            }
            continue;
        }
        if let Some(block) = open.take() {
            reader.close(block);
        }
        let mut words = line.split(' ');
        match (words.next(), words.next()) {
            (Some("release"), Some(release)) => data.release = release,
            (Some("kind"), Some(gvk)) => {
                let mut parts = gvk.splitn(3, '/');
                if let (Some(group), Some(version), Some(kind), Some(root)) =
                    (parts.next(), parts.next(), parts.next(), words.next())
                {
                    let root = reader.reference(root);
                    data.kinds.push(Listed { group, version, kind, root });
                }
            }
            (Some("type"), Some(name)) => {
                let mut block = Block { name, atomic: false, free: false, fields: Vec::new() };
                for word in words {
                    block.atomic |= word == "atomic";
                    block.free |= word == "free";
                }
                open = Some(block);
            }
            _ => {}
        }
    }
    if let Some(block) = open.take() {
        reader.close(block);
    }
    data.object_meta = reader.reference("meta/v1.ObjectMeta");
    let json_schema = reader.reference("apiextensions/v1.JSONSchemaProps");
    reader.types.set_json_schema(json_schema);
    reader.types.set_strategies(strategies(&reader.expressions));
    data.types = reader.types;
    data
}

struct Block {
    name: &'static str,
    atomic: bool,
    free: bool,
    fields: Vec<Field>,
}

struct Reader {
    types: Types,
    expressions: HashMap<&'static str, TypeId>,
}

impl Reader {
    /// The id of a named type, filled in when its block is read.
    fn reference(&mut self, name: &'static str) -> TypeId {
        if let Some(id) = self.expressions.get(name) {
            return *id;
        }
        let empty = Map { fields: Box::default(), element: Some(DEDUCED), atomic: false };
        let id = self.types.push(Type::map(empty, Go::Struct, tail(name)));
        self.expressions.insert(name, id);
        id
    }

    fn close(&mut self, block: Block) {
        let id = self.reference(block.name);
        let map = Map {
            fields: block.fields.into_boxed_slice(),
            element: block.free.then_some(DEDUCED),
            atomic: block.atomic,
        };
        self.types.set(id, Type::map(map, Go::Struct, tail(block.name)));
    }

    fn field(&mut self, line: &'static str) -> Option<Field> {
        let mut words = line.splitn(4, ' ');
        let (name, flags, expression) = (words.next()?, words.next()?, words.next()?);
        let key_default = words.next().and_then(|text| serde_json::from_str(text.strip_prefix('=')?).ok());
        Some(Field {
            name: name.into(),
            of: self.expression(expression),
            key_default,
            omit_empty: flags.contains('o'),
            omit_zero: flags.contains('z'),
            pointer: flags.contains('p'),
        })
    }

    fn expression(&mut self, text: &'static str) -> TypeId {
        if let Some(name) = text.strip_prefix('#') {
            return self.reference(name);
        }
        if let Some(id) = self.expressions.get(text) {
            return *id;
        }
        let of = if let Some((relation, rest)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            let (name, element) = named(rest);
            let id = self.expression(element.trim_start_matches('*'));
            let relation = match relation {
                "" => Relation::Atomic,
                "set" => Relation::Set,
                keys => Relation::Keys(keys.split(',').map(Name::from).collect()),
            };
            let go_name = match name {
                Some(name) => name.to_owned(),
                None => format!("[]{}", self.types.get(id).go_name),
            };
            Type::list(id, relation, &go_name)
        } else if let Some((key, rest)) = text.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            let (atomic, rest) = match rest.strip_prefix('!') {
                Some(rest) => (true, rest),
                None => (false, rest),
            };
            let (name, element) = named(rest);
            let id = self.expression(element);
            let key = if key.is_empty() { "string" } else { key };
            let go_name = match name {
                Some(name) => name.to_owned(),
                None => format!("map[{key}]{}", self.types.get(id).go_name),
            };
            let map = Map { fields: Box::default(), element: Some(id), atomic };
            Type::map(map, Go::Map, &go_name)
        } else {
            self.leaf(text)
        };
        let id = self.types.push(of);
        self.expressions.insert(text, id);
        id
    }

    fn leaf(&self, text: &str) -> Type {
        let (base, name) = match text.split_once('<') {
            Some((base, name)) => (base, name.trim_end_matches('>')),
            None => (text, text),
        };
        let any = |go, go_name: &str| Type { go, go_name: go_name.into(), ..self.types.get(DEDUCED).clone() };
        match base {
            "string" => Type::scalar(Scalar::String, Go::String, name),
            "bool" => Type::scalar(Scalar::Boolean, Go::Bool, name),
            "int32" => Type::scalar(Scalar::Numeric, Go::Int32, name),
            "int64" => Type::scalar(Scalar::Numeric, Go::Int64, name),
            "float64" => Type::scalar(Scalar::Numeric, Go::Float, name),
            "bytes" => Type::scalar(Scalar::String, Go::Bytes, "[]uint8"),
            "quantity" => Type::scalar(Scalar::Untyped, Go::Quantity, "resource.Quantity"),
            "time" => Type::scalar(Scalar::Untyped, Go::Time, "v1.Time"),
            "microtime" => Type::scalar(Scalar::Untyped, Go::MicroTime, "v1.MicroTime"),
            "intorstr" => any(Go::IntOrString, "intstr.IntOrString"),
            "propsorbool" => any(Go::PropsOrBool, "v1.JSONSchemaPropsOrBool"),
            "propsorarray" => any(Go::PropsOrArray, "v1.JSONSchemaPropsOrArray"),
            "propsorstrings" => any(Go::PropsOrStrings, "v1.JSONSchemaPropsOrStringArray"),
            "fieldsv1" => Type { scalar: None, list: None, ..any(Go::Free, "v1.FieldsV1") },
            "raw" => Type { go_name: "runtime.RawExtension".into(), ..self.types.get(UNTYPED).clone() },
            _ => any(Go::Free, "v1.JSON"),
        }
    }
}

/// Splits `<v1.Name>rest`.
fn named(text: &'static str) -> (Option<&'static str>, &'static str) {
    match text.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
        Some((name, rest)) => (Some(name), rest),
        None => (None, text),
    }
}

/// `v1.PodSpec` of `core/v1.PodSpec`; what stands after a plus tells apart two forms of one type.
fn tail(name: &str) -> &str {
    let name = name.split_once('+').map_or(name, |(name, _)| name);
    name.rsplit_once('/').map_or(name, |(_, tail)| tail)
}
