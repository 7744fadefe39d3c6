MODEL (
  name core.mixed_case,
  kind FULL
);

SELECT USER AS Who, Country FROM Lake.Users WHERE COUNTRY <=> 'x'
