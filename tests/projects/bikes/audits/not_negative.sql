AUDIT (
  name not_negative
);

SELECT *
FROM @this_model
WHERE cents < 0
