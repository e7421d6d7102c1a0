-- The three roles on a server of yours; run once as its administrator, then set passwords.
CREATE ROLE egov_owner LOGIN;
CREATE ROLE egov_app LOGIN;
CREATE ROLE egov_portal LOGIN;
GRANT egov_app, egov_portal TO egov_owner;
CREATE DATABASE egov OWNER egov_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE egov FROM PUBLIC;
GRANT CONNECT ON DATABASE egov TO egov_app, egov_portal;
