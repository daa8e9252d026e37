//! `certificates.k8s.io`: requests for certificates, their approval and what came of them. Knows no other kinds.

use crate::schema::strategy::Strategy;

pub(crate) static SIGNING_REQUEST: Strategy = Strategy {
    cluster: true,
    status: true,
    selectable: Some(&["metadata.name", "spec.signerName"]),
    ..Strategy::of("certificates.k8s.io", "CertificateSigningRequest")
};
