use super::*;
use crate::codec::{from_json_slice, from_proto_slice, to_json_vec, to_proto_vec};

fn q(text: &str) -> Quantity {
    Quantity::parse(text).unwrap_or_else(|err| panic!("{text}: {err}"))
}

#[track_caller]
fn check(text: &str, want: &str) {
    assert_eq!(q(text).to_string(), want, "{text}");
}

#[test]
fn a_quantity_is_small() {
    assert_eq!(size_of::<Quantity>(), 16);
}

#[test]
fn texts_become_canonical() {
    for (text, want) in [
        ("0", "0"),
        ("0m", "0"),
        ("0Ki", "0"),
        ("1.5", "1500m"),
        ("0.5Gi", "512Mi"),
        ("1Ki", "1Ki"),
        ("1024", "1024"),
        ("1024Ki", "1Mi"),
        ("1000m", "1"),
        ("1500m", "1500m"),
        ("100m", "100m"),
        ("0.1", "100m"),
        ("1000k", "1M"),
        ("10000", "10k"),
        ("123000", "123k"),
        ("12e6", "12e6"),
        ("120e5", "12e6"),
        ("1e3", "1e3"),
        ("1.e3", "1.e3"),
        (".5", "500m"),
        ("-.5", "-500m"),
        ("-1Ki", "-1Ki"),
        ("0.1Ki", "102400m"),
        ("0.5Ki", "512"),
        ("1.1Ki", "1126400m"),
        ("0.9n", "1n"),
        ("0.0000000001", "1n"),
        ("-0.9n", "-1n"),
        ("1.000000001n", "2n"),
        ("8Ei", "9223372036854775807"),
        ("-9Ei", "-9223372036854775807"),
        ("7Ei", "7Ei"),
        ("0.0001Ei", "115292150460684697600u"),
        ("18446744073709551616", "18446744073709551616"),
        ("9999999999999999999E", "9999999999999999999E"),
        ("1e100", "10e99"),
        ("1000E", "1e21"),
        ("1.2345", "1234500u"),
        ("Ki", "0"),
        ("-", "0"),
        (".", "0"),
    ] {
        check(text, want);
    }
}

#[test]
fn what_apimachinery_takes_for_canonical_is_kept() {
    for text in ["+5", "007", "1.500", "1E3", "1e+3", "1.500k", "+1Ki", "5e0"] {
        check(text, text);
        let copy = from_json_slice::<Quantity>(&to_json_vec(&q(text))).unwrap();
        assert_eq!(copy.to_string(), text);
    }
    assert_eq!(q("+5").to_canonical_string(), "5");
    check("1.50", "1500m");
    check("+8Ki", "8Ki");
    check("+1000", "1k");
}

#[test]
fn errors_are_apimachinerys() {
    let format = QuantityParseError::Format;
    for (text, want) in [
        ("", format),
        ("abc", format),
        ("1.2.3", format),
        ("1 Gi", format),
        ("1Gi ", format),
        ("++1", QuantityParseError::Suffix),
        ("1é", format),
        ("1i", QuantityParseError::Suffix),
        ("1Kib", format),
        ("1ki", QuantityParseError::Suffix),
        ("1e", QuantityParseError::Suffix),
        ("1e+", QuantityParseError::Suffix),
        ("1mm", QuantityParseError::Suffix),
        ("1+5", QuantityParseError::Suffix),
        ("Ei", QuantityParseError::Numeric),
    ] {
        assert_eq!(Quantity::parse(text).unwrap_err(), want, "{text}");
    }
}

#[test]
fn values_round_away_from_zero() {
    assert_eq!(q("1500m").value(), 2);
    assert_eq!(q("-1500m").value(), -2);
    assert_eq!(q("1n").milli_value(), 1);
    assert_eq!(q("2").milli_value(), 2_000);
    assert_eq!(q("1Gi").value(), 1 << 30);
    assert_eq!(q("1e30").value(), i64::MAX);
    assert_eq!(q("2k").as_i64(), Some(2_000));
    assert_eq!(q("1m").as_i64(), None);
    assert_eq!(q("100m").as_f64(), 0.1);
}

#[test]
fn amounts_compare_whatever_their_spelling() {
    assert_eq!(q("1"), q("1000m"));
    assert_eq!(q("1Ki"), q("1024"));
    assert!(q("1Gi") > q("1G"));
    assert!(q("-1") < q("0"));
    assert!(q("1e100") > q("9E"));
}

#[test]
fn sums_keep_the_left_format_unless_it_is_nothing() {
    #[track_caller]
    fn check_sum(left: &str, right: &str, want: &str) {
        let mut sum = q(left);
        sum += &q(right);
        assert_eq!(sum.to_string(), want, "{left} + {right}");
        sum -= &q(right);
        assert_eq!(sum, q(left));
    }
    check_sum("1Gi", "1Gi", "2Gi");
    check_sum("100m", "1", "1100m");
    check_sum("0", "1Gi", "1Gi");
    check_sum("1Gi", "1", "1073741825");
    check_sum("9223372036854775807", "9223372036854775807", "18446744073709551614");
    check_sum("+5", "0", "5");
    let mut zero = Quantity::ZERO;
    zero -= &q("1Gi");
    assert_eq!(zero.to_string(), "-1Gi");
    assert_eq!((-q("5m")).to_string(), "-5m");
    let mut product = q("300m");
    product.multiply(4);
    assert_eq!(product.to_string(), "1200m");
}

#[test]
fn rounding_up_to_thousandths() {
    let mut fine = q("1234567n");
    assert!(!fine.round_up(-3));
    assert_eq!(fine.to_string(), "2m");
    let mut coarse = q("+5");
    assert!(coarse.round_up(-3));
    assert_eq!(coarse.to_string(), "+5");
}

#[test]
fn json_takes_numbers_and_strings() {
    for (json, want) in [("5", "\"5\""), ("1.5", "\"1500m\""), (r#"" 1Gi ""#, "\"1Gi\""), ("null", "\"0\"")] {
        let quantity: Quantity = from_json_slice(json.as_bytes()).unwrap();
        assert_eq!(String::from_utf8(to_json_vec(&quantity)).unwrap(), want);
    }
    for json in ["true", "{}", r#""""#, r#""x""#] {
        let err = from_json_slice::<Quantity>(json.as_bytes()).unwrap_err();
        assert_eq!(err.to_string(), QuantityParseError::Format.to_string(), "{json}");
    }
}

#[test]
fn protobuf_holds_the_text() {
    assert_eq!(to_proto_vec(&q("100m")), b"\x0a\x04100m");
    assert_eq!(from_proto_slice::<Quantity>(b"\x0a\x031Gi").unwrap(), q("1Gi"));
}

#[test]
fn every_amount_survives_its_text() {
    for value in [1i64, 7, 10, 999, 1000, 1024, 1536, 1_000_000, 1 << 40, i64::MAX, i64::MIN + 1] {
        for scale in -9..=3 {
            for format in [Format::DecimalSI, Format::BinarySI, Format::DecimalExponent] {
                let quantity = Quantity::scaled(value, scale, format);
                let text = quantity.to_string();
                assert_eq!(q(&text), quantity, "{text}");
                // binary amounts without a suffix are read as decimal ones
                if format != Format::BinarySI {
                    assert_eq!(q(&text).to_string(), text);
                }
            }
        }
    }
}
