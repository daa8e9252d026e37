//! What is special to OpenShift: projects, groups, users and routes.
