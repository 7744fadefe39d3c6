MODEL (
  name core.connect,
  kind FULL
);

select id, n, level as lvl, sys_connect_by_path(id, '/') as path from raw.events start with n is null connect by prior id = n
