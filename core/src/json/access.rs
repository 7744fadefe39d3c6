//! How `serde` asks the reader for values.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::{
    self, DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, Unexpected, VariantAccess,
    Visitor, value::StrDeserializer,
};

use super::reader::{Error, Outcome, Reader, Token};

/// Methods for values of one kind: what is of another kind is refused without asking the visitor.
macro_rules! of_kind {
    ($($name:ident: $($token:pat => $visit:expr),+;)*) => {
        $(fn $name<V: Visitor<'de>>(self, visitor: V) -> Outcome<V::Value> {
            let token = self.token()?;
            let outcome = match token {
                $($token => $visit(&mut *self, visitor, token),)+
                _ => Err(self.wrong(&token, &visitor)),
            };
            self.placed(outcome)
        })*
    };
}

macro_rules! numbers {
    ($($name:ident)*) => {
        $(fn $name<V: Visitor<'de>>(self, visitor: V) -> Outcome<V::Value> {
            let outcome = match self.token()? {
                Token::Unsigned(number) => visitor.visit_u64(number),
                Token::Signed(number) => visitor.visit_i64(number),
                Token::Float(number) => visitor.visit_f64(number),
                token => Err(self.wrong(&token, &visitor)),
            };
            self.placed(outcome)
        })*
    };
}

fn text<'de, V: Visitor<'de>>(_: &mut Reader<'de>, visitor: V, token: Token<'de>) -> Outcome<V::Value> {
    match token {
        Token::Text(Cow::Borrowed(text)) => visitor.visit_borrowed_str(text),
        Token::Text(Cow::Owned(text)) => visitor.visit_string(text),
        _ => Err(de::Error::custom("no text")),
    }
}

impl<'de> de::Deserializer<'de> for &mut Reader<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Outcome<V::Value> {
        let outcome = match self.token()? {
            Token::Null => visitor.visit_unit(),
            Token::Bool(value) => visitor.visit_bool(value),
            Token::Unsigned(number) => visitor.visit_u64(number),
            Token::Signed(number) => visitor.visit_i64(number),
            Token::Float(number) => visitor.visit_f64(number),
            Token::Text(Cow::Borrowed(text)) => visitor.visit_borrowed_str(text),
            Token::Text(Cow::Owned(text)) => visitor.visit_string(text),
            Token::List => self.list(visitor),
            Token::Object => self.object(visitor),
        };
        self.placed(outcome)
    }

    of_kind! {
        deserialize_bool: Token::Bool(value) => |_, visitor: V, _| visitor.visit_bool(value);
        deserialize_str: Token::Text(_) => text;
        deserialize_string: Token::Text(_) => text;
        deserialize_char: Token::Text(_) => text;
        deserialize_unit: Token::Null => |_, visitor: V, _| visitor.visit_unit();
        deserialize_seq: Token::List => |reader: &mut Reader<'de>, visitor, _| reader.list(visitor);
        deserialize_map: Token::Object => |reader: &mut Reader<'de>, visitor, _| reader.object(visitor);
    }

    numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_f32 deserialize_f64
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Outcome<V::Value> {
        if self.peek() == Some(b'n') {
            self.token()?;
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Outcome<V::Value> {
        let name = self.text()?;
        let outcome = visitor.visit_str(&name);
        self.placed(outcome)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Outcome<V::Value> {
        self.deserialize_map(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Outcome<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Outcome<V::Value> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Outcome<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Outcome<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Outcome<V::Value> {
        match self.peek() {
            Some(b'{') => {
                self.at += 1;
                self.deeper()?;
                let outcome = visitor.visit_enum(Variant {
                    reader: self,
                    is_bare: false,
                });
                self.close(b'}', outcome)
            }
            Some(b'"') => {
                let outcome = visitor.visit_enum(Variant {
                    reader: self,
                    is_bare: true,
                });
                self.placed(outcome)
            }
            _ => {
                let token = self.token()?;
                let error = self.wrong(&token, &visitor);
                Err(error.place(self.at))
            }
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Outcome<V::Value> {
        self.skip()?;
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! { i128 u128 bytes byte_buf }
}

/// The items of a list, or the entries of an object.
pub(super) struct Items<'a, 'de> {
    pub(super) reader: &'a mut Reader<'de>,
    pub(super) first: bool,
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Outcome<Option<T::Value>> {
        if self.reader.another(b']', &mut self.first)? {
            seed.deserialize(&mut *self.reader).map(Some)
        } else {
            Ok(None)
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.reader.at_least(b']'))
    }
}

impl<'de> MapAccess<'de> for Items<'_, 'de> {
    type Error = Error;

    fn next_key_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Outcome<Option<T::Value>> {
        if !self.reader.another(b'}', &mut self.first)? {
            return Ok(None);
        }
        if self.reader.peek() != Some(b'"') {
            return Err(self.reader.syntax());
        }
        seed.deserialize(Key(self.reader)).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Outcome<T::Value> {
        self.reader.take(b':')?;
        seed.deserialize(&mut *self.reader)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.reader.at_least(b'}'))
    }
}

/// A key, which may stand for a number.
struct Key<'a, 'de>(&'a mut Reader<'de>);

macro_rules! number_keys {
    ($($name:ident => $visit:ident)*) => {
        $(fn $name<V: Visitor<'de>>(self, visitor: V) -> Outcome<V::Value> {
            let written = self.0.text()?;
            let outcome = match written.parse() {
                Ok(number) => visitor.$visit(number),
                Err(_) => Err(de::Error::invalid_type(Unexpected::Str(&written), &visitor)),
            };
            self.0.placed(outcome)
        })*
    };
}

impl<'de> de::Deserializer<'de> for Key<'_, 'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Outcome<V::Value> {
        self.0.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Outcome<V::Value> {
        self.0.deserialize_identifier(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Outcome<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Outcome<V::Value> {
        visitor.visit_some(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Outcome<V::Value> {
        self.0.deserialize_enum(name, variants, visitor)
    }

    number_keys! {
        deserialize_i8 => visit_i8 deserialize_i16 => visit_i16 deserialize_i32 => visit_i32 deserialize_i64 => visit_i64
        deserialize_u8 => visit_u8 deserialize_u16 => visit_u16 deserialize_u32 => visit_u32 deserialize_u64 => visit_u64
    }

    serde::forward_to_deserialize_any! {
        bool f32 f64 i128 u128 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct
        ignored_any
    }
}

/// A variant: its name alone, or the only key of an object.
struct Variant<'a, 'de> {
    reader: &'a mut Reader<'de>,
    is_bare: bool,
}

impl<'de> EnumAccess<'de> for Variant<'_, 'de> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Outcome<(T::Value, Self)> {
        let name = self.reader.text()?;
        let deserializer: StrDeserializer<'_, Error> = name.as_ref().into_deserializer();
        let outcome = seed.deserialize(deserializer);
        let value = self.reader.placed(outcome)?;
        if !self.is_bare {
            self.reader.take(b':')?;
        }
        Ok((value, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, 'de> {
    type Error = Error;

    fn unit_variant(self) -> Outcome<()> {
        if self.is_bare {
            Ok(())
        } else {
            Deserialize::deserialize(self.reader)
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Outcome<T::Value> {
        if self.is_bare {
            return Err(de::Error::invalid_type(
                Unexpected::UnitVariant,
                &"newtype variant",
            ));
        }
        seed.deserialize(self.reader)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Outcome<V::Value> {
        if self.is_bare {
            return Err(de::Error::invalid_type(Unexpected::UnitVariant, &"tuple variant"));
        }
        de::Deserializer::deserialize_seq(self.reader, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Outcome<V::Value> {
        if self.is_bare {
            return Err(de::Error::invalid_type(
                Unexpected::UnitVariant,
                &"struct variant",
            ));
        }
        de::Deserializer::deserialize_map(self.reader, visitor)
    }
}
