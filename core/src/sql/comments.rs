//! Column descriptions: comments beside the columns of a query.
